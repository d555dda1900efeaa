"""POST /v1/segment."""
