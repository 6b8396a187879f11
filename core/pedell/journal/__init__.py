"""The append-only record of what was done to which device, and its writer."""
