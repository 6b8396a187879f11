"""Pedell: automation for classroom hardware.

The version is the only thing here, so that `import pedell` costs nothing.
"""

__version__ = "0.1.0"
