"""Tests of NEC."""
