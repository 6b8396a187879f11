"""NEC and Sharp NEC MultiSync large displays."""
