"""BenQ interactive panels and signage."""
