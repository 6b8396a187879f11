"""MikroTik with RouterOS."""
