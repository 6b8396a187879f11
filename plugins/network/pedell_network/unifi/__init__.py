"""Switches and access points behind a UniFi controller."""
