"""A simulated Cisco IOS switch."""
