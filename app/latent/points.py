"""Single latents: a row of a seed, perhaps with chosen codes, or numbers that the client sends."""

from collections.abc import Mapping, Sequence

import torch

from app.answering.codes import choose, column_names
from app.answering.fields import CodeValue
from app.latent.schemas import Endpoint
from models.errors import LatentInvalid
from models.priors import Prior
from models.tensors import Latents


def point(prior: Prior, seed: int, row: int = 0, codes: Mapping[str, CodeValue] | None = None) -> Latents:
    """The latent of a row of a seed, 1 d, with these codes."""
    z = prior.draw(seed=seed, rows=[row])
    return choose(prior, z, {name: [value] for name, value in (codes or {}).items()})


def endpoint(prior: Prior, number: int, asked: Endpoint) -> Latents:
    """The latent of the endpoint of this number, 1 d. Raises LatentInvalid when it is said twice, or not at all."""
    if asked.latent is not None:
        seeded = [name for name in ("seed", "row", "codes") if getattr(asked, name) is not None]
        if seeded:
            raise LatentInvalid(f"endpoint {number} has a latent and a {seeded[0]}; give a latent, or a seed")
        return given(prior, [asked.latent], f"endpoint {number}")
    if asked.seed is None:
        raise LatentInvalid(f"endpoint {number} has neither a seed nor a latent")
    return point(prior, asked.seed, asked.row or 0, asked.codes)


def given(prior: Prior, latents: Sequence[Sequence[float]], name: str) -> Latents:
    """Latents that a client sent, n d. Raises LatentInvalid unless each has a number for every column."""
    columns = column_names(prior)
    for i, latent in enumerate(latents):
        if len(latent) != len(columns):
            each = name if len(latents) == 1 else f"{name} {i}"
            raise LatentInvalid(
                f"{each} has {len(latent)} numbers; the model takes {len(columns)}: {columns[0]} to {columns[-1]}"
            )
    return torch.tensor(latents, dtype=torch.float32)
