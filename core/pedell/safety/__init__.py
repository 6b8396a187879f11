"""What may happen, when, and with whose consent."""
