"""A UniFi controller with its switches and access points, for the lab."""
