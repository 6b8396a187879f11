"""Zyxel switches with the command line of ZyNOS 4."""
