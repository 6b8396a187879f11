"""Tests of the iPad family."""
