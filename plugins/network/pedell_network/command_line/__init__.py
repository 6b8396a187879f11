"""Switches that differ in their commands only: a platform is data, the driver is one."""
