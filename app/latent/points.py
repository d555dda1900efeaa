"""Single latents: a row of a seed, perhaps with chosen codes, or numbers that the client sends."""

from collections.abc import Callable, Mapping, Sequence

import torch

from app.answering.codes import choose, column_names
from app.answering.fields import CodeValue
from app.answering.styling import Stylist
from app.latent.schemas import Endpoint
from models.capabilities import StyleSampler
from models.errors import LatentInvalid
from models.priors import Prior
from models.tensors import Latents, Style


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
    return numbers(latents, column_names(prior), name)


def numbers(latents: Sequence[Sequence[float]], columns: Sequence[str], name: str) -> Latents:
    """Rows of numbers, one for every column. Raises LatentInvalid."""
    for i, latent in enumerate(latents):
        if len(latent) != len(columns):
            each = name if len(latents) == 1 else f"{name} {i}"
            raise LatentInvalid(
                f"{each} has {len(latent)} numbers; the model takes {len(columns)}: {columns[0]} to {columns[-1]}"
            )
    return torch.tensor(latents, dtype=torch.float32)


def style_of(stylist: Stylist, number: int, asked: Endpoint) -> Callable[[], Style]:
    """The style of the endpoint of this number, 1 s, once a lane asks. Raises LatentInvalid as `endpoint` does."""
    network = stylist.network
    if asked.latent is not None and (asked.seed, asked.row, asked.codes) == (None, None, None):
        w = styles_given(network, [asked.latent], f"endpoint {number}")
        return lambda: stylist.towards_mean(w)
    z = endpoint(network.prior, number, asked)
    return lambda: stylist.of(z)


def styles_given(network: StyleSampler, latents: Sequence[Sequence[float]], name: str) -> Style:
    """Styles that a client sent, n s. Raises LatentInvalid unless each has as many numbers as a style has."""
    return numbers(latents, [f"w{i}" for i in range(network.style_dim)], name)
