"""Extreme Networks switches."""
