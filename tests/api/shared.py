"""Fixtures for folders whose tests share one application a module, over the models of tests/api/steering.py."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI


@pytest.fixture
def weights(steerable: Path) -> Path:
    """What the application serves."""
    return steerable


@pytest.fixture
def app(shared_app: FastAPI) -> FastAPI:
    """The module's."""
    return shared_app


@pytest.fixture
def client(fresh_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Of that application."""
    return fresh_client
