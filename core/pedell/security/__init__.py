"""Secrets by reference, masking, actors."""
