"""Parts of answers."""
