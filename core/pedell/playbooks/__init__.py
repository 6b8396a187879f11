"""Playbooks: schema, loader, linter, expressions."""
