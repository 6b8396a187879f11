"""The packet that BenQ and ViewSonic panels share."""
