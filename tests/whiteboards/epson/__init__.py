"""Tests of Epson."""
