"""A model family: a config that fixes the state dict, and the network built from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn


@dataclass(frozen=True)
class Family:
    """One architecture. `config` is a frozen dataclass; `build(config)` is the network that inference needs."""

    name: str
    title: str
    config: type[Any]
    build: Callable[[Any], nn.Module]
    paper: str
