"""What plugins may offer, and the only way to ask them."""
