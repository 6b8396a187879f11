"""Ways to reach a device: byte streams by URL, SSH, HTTP."""
