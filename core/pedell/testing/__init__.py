"""Published helpers for people who write drivers."""
