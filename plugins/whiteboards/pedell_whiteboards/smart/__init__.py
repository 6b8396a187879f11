"""SMART boards and SMART projectors by their serial commands."""
