"""What a stranger does by hand, with a real lab, real processes and real signals."""
