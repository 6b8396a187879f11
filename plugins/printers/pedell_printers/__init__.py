"""Printers and print queues."""
