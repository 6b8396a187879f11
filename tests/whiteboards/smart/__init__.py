"""Tests of SMART."""
