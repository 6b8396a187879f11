"""Tests of SICP."""
