"""Notifiers: e-mail and a signed webhook."""
