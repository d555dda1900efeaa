"""Images to try the endpoints with."""
