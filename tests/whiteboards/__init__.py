"""Tests of the whiteboards family."""
