"""Tests of LG."""
