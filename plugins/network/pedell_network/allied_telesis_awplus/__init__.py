"""Allied Telesis switches with AlliedWare Plus."""
