"""Tests; a package so that they can share `tests.peers` and `tests.guards`."""
