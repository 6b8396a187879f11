"""i3 panels of the X series: frames that begin with FE."""
