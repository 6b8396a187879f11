"""ViewSonic ViewBoard panels and signage."""
