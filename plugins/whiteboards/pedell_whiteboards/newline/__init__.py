"""Newline panels: frames that begin with 7F."""
