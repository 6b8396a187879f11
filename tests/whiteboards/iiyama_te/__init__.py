"""Tests of iiyama TE."""
