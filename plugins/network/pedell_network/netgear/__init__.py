"""Netgear managed switches."""
