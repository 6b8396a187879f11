"""Aruba switches with AOS-CX."""
