"""Tests of Sharp."""
