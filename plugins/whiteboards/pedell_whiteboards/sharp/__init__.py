"""Sharp displays that speak in four letters and a parameter (S-format)."""
