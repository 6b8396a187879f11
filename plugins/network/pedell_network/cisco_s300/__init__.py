"""Cisco Small Business and Business switches."""
