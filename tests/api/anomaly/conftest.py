"""Tiny scorers of anomalies, in one application a module."""

from tests.api.shared import app, client, weights

__all__ = ["app", "client", "weights"]
