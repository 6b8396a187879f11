"""Switches for the lab: one state, one SSH door, and a personality for each vendor's command line.

A personality shares nothing with the driver: what it understands and prints is written again from its sources.
"""
