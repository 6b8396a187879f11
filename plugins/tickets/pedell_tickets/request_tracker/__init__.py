"""Request Tracker 5 over REST 2.0."""
