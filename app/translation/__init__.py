"""Images of one domain as images of another."""
