"""Epson projectors."""
