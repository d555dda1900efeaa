"""The scheduling of work on a device."""
