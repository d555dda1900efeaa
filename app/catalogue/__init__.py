"""Which models there are, and all that is known of each."""
