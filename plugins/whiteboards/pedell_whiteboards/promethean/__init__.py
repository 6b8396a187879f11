"""Promethean ActivPanels."""
