"""Tests of Promethean."""
