"""iPads through Jamf Pro."""
