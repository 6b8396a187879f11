"""TP-Link JetStream and Omada switches by their own command line."""
