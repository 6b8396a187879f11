"""Ubiquiti switches by their command line."""
