"""Wake-on-LAN: switching on what has no other way."""
