"""Whether the process lives, and whether it should be sent work."""
