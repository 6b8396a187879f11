"""HPE and H3C switches with Comware."""
