"""Tests of BenQ and ViewSonic."""
