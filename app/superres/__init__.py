"""Images that a small image may have come from."""
