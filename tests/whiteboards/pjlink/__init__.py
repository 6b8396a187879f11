"""Tests of PJLink."""
