"""Switches and their ports."""
