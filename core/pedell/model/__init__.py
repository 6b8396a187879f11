"""Frozen types that every layer may know; nothing here reads a file or a clock."""
