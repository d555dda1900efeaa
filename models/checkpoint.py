"""A checkpoint is a folder: model.safetensors, card.json and samples.png.

Loading verifies the digest before a tensor is read, builds the network from the card's config and fills it strictly.
Nothing here can run code that a file brings along.
"""

import hashlib
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as parse
from safetensors.torch import save as serialise
from torch import Tensor, nn

from models.capabilities import capabilities_of
from models.card import Card
from models.errors import CardInvalid, CardMissing, CheckpointError, WeightsCorrupt, WeightsMissing
from models.registry import family

CARD, WEIGHTS, SAMPLES = "card.json", "model.safetensors", "samples.png"


@dataclass(frozen=True)
class Checkpoint:
    """A network ready for inference, beside what is known of it."""

    card: Card
    network: nn.Module


def half(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state dict with matrices and kernels in fp16; biases and statistics stay as they are."""
    return {
        name: (tensor.half() if tensor.is_floating_point() and tensor.ndim > 1 else tensor).detach().cpu().contiguous()
        for name, tensor in state.items()
    }


def write_weights(folder: Path, network: nn.Module) -> tuple[str, int]:
    """Writes model.safetensors into `folder`, whole or not at all. Returns its sha256 and its size in bytes."""
    data = serialise(half(network.state_dict()))
    replace_file(folder / WEIGHTS, data)
    return hashlib.sha256(data).hexdigest(), len(data)


def write_card(folder: Path, card: Card) -> None:
    """Writes card.json into `folder`, whole or not at all."""
    replace_file(folder / CARD, (card.model_dump_json(indent=2) + "\n").encode())


def replace_file(path: Path, data: bytes) -> None:
    """Writes `data` beside `path` and renames: a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_card(folder: Path) -> Card:
    """The card of a checkpoint folder. Raises CardMissing or CardInvalid, naming the folder and the field."""
    path = folder / CARD
    if not path.is_file():
        raise CardMissing(f"{folder.name}: there is no {CARD}")
    try:
        card = Card.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CardInvalid(f"{folder.name}: {CARD}: {where}: {first['msg']}") from error
    if card.id != folder.name:
        raise CardInvalid(f"{folder.name}: {CARD} says id {card.id!r}; the folder and the id must be the same")
    return card


def load(folder: Path, *, device: torch.device | str = "cpu") -> Checkpoint:
    """The checkpoint in `folder`, verified, strict, in eval mode, in float32 on `device`.

    Raises a CheckpointError that names the folder and what is wrong with it.
    """
    card = read_card(folder)
    state = read_state(folder, card)
    network = build(folder, card)
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise WeightsCorrupt(f"{folder.name}: the weights do not fit family {card.family!r}: {reason}") from error
    missing = set(card.capabilities) - set(capabilities_of(network))
    if missing:
        raise CardInvalid(f"{folder.name}: {card.family!r} has no capability {', '.join(sorted(missing))}")
    return Checkpoint(card, network.to(device).eval().requires_grad_(False))


def read_state(folder: Path, card: Card) -> dict[str, Tensor]:
    """The tensors of model.safetensors, after its size and digest were found to be the card's."""
    path = folder / WEIGHTS
    if not path.is_file():
        raise WeightsMissing(f"{folder.name}: there is no {WEIGHTS}")
    size = path.stat().st_size
    if size != card.size:
        raise WeightsCorrupt(f"{folder.name}: {WEIGHTS} has {size} bytes, its card says {card.size}")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != card.sha256:
        raise WeightsCorrupt(f"{folder.name}: {WEIGHTS} has sha256 {digest}, its card says {card.sha256}")
    try:
        return parse(data)
    except SafetensorError as error:
        raise WeightsCorrupt(f"{folder.name}: {WEIGHTS} is no safetensors file: {error}") from error


def build(folder: Path, card: Card) -> nn.Module:
    """The untrained network that the card's config describes."""
    chosen = family(card.family)
    unknown = sorted(set(card.config) - {field.name for field in fields(chosen.config)})
    if unknown:
        raise CardInvalid(f"{folder.name}: {CARD}: config.{unknown[0]}: family {card.family!r} has no such field")
    try:
        config: Any = TypeAdapter(chosen.config).validate_python(card.config)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CardInvalid(f"{folder.name}: {CARD}: config.{where}: {first['msg']}") from error
    return chosen.build(config)


def scan(root: Path) -> list[Path]:
    """The checkpoint folders under `root`, by name. Raises CheckpointError when there is no such folder."""
    if not root.is_dir():
        raise CheckpointError(f"{root} is no folder of checkpoints")
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
