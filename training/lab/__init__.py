"""The lab's experiments: the same game under every method, measured and drawn."""
