"""LANCOM switches with LCOS SX 4."""
