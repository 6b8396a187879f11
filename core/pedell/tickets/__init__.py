"""Tickets: the built-in store, adapters to other systems, outbox, intake."""
