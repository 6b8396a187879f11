"""SICP: Philips professional displays and the large iiyama displays."""
