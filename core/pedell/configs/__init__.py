"""Configurations of devices with their history."""
