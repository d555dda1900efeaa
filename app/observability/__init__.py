"""What the server says of itself: logs, metrics, request ids."""
