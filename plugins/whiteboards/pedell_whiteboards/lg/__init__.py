"""LG signage and classroom displays."""
