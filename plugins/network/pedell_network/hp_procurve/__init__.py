"""HP ProCurve and ArubaOS-Switch."""
