"""Switches through SNMP."""
