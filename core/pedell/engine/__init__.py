"""Runs tasks in shards and never repeats what must not be repeated."""
