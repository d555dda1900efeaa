"""A tiny translator and a tiny segmenter, in one application a module."""

from tests.api.shared import app, client, weights

__all__ = ["app", "client", "weights"]
