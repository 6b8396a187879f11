"""Juniper EX switches."""
