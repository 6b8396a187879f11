"""Adapters to ticket systems."""
