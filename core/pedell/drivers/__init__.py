"""The contract between the engine and whoever speaks to a device."""
