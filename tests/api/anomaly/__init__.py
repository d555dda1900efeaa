"""POST /v1/anomaly/score."""
