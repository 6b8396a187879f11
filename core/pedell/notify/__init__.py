"""Telling people that somebody is needed."""
