"""Wake-on-LAN."""
