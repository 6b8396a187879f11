"""iPads through their MDM."""
