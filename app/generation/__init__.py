"""Images out of nothing but a seed."""
