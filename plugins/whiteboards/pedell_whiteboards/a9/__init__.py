"""Panels whose frames begin with A9: CTOUCH, Legamaster ETX, i3TOUCH P7511."""
