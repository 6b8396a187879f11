"""Switches with Broadcom's FASTPATH: Ubiquiti EdgeSwitch and UniFi, Netgear managed, LANCOM SX 5 and others."""
