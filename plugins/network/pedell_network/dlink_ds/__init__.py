"""D-Link switches with the command line of the xStack series."""
