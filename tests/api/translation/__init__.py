"""POST /v1/translate."""
