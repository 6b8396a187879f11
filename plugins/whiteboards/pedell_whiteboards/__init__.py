"""Whiteboards, flat panels and projectors."""
