"""LANCOM switches with LCOS SX 5."""
