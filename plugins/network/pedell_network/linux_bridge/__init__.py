"""Linux bridges."""
