"""One application for a module."""

from tests.api.shared import app, client, weights

__all__ = ["app", "client", "weights"]
