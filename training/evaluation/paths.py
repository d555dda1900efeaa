"""Perceptual path length of a style-based sampler."""

from pathlib import Path

import torch
from torch import nn

from models.capabilities import Sampler, StyleSampler
from models.card import Metric
from models.tensors import Features
from training.data import load
from training.evaluation.draws import BATCH, as_shipped, draw, one_thread
from training.evaluation.extractor import Extractor, find_extractor, open_extractor, shape_of, weights_root
from training.evaluation.report import Row, Section
from training.metrics.estimate import Estimate
from training.metrics.smoothness import path_lengths

EPS = 1e-3  # of the way; at the paper's 1e-4 float32 leaves few digits
SEED = 0
REFERENCE = "w"


def measure_paths(
    network: nn.Module, *, data: str, command: str, extractor: Path | None = None, n: int
) -> tuple[Metric, ...]:
    """The figures of a card: between the styles of rows 2i and 2i + 1 of seed 0; none of a sampler without styles."""
    if not isinstance(network, StyleSampler):
        return ()
    with one_thread():
        shipped = as_shipped(network)
        assert isinstance(shipped, Sampler)  # noqa: S101 - a copy
        shape = shape_of(draw(shipped, n=1, seed=SEED))
        assert isinstance(shipped, StyleSampler)  # noqa: S101 - a copy
        chosen = open_extractor(extractor or find_extractor(weights_root(), shape=shape, data=data))
        test = chosen.view(torch.from_numpy(load(data, split="test", size=chosen.takes.height).images))
        here, there = ends(shipped, chosen, n=n)
        value = float(path_lengths(here, there, test.features, eps=EPS).mean())
    return (Metric(name=f"path-length@{chosen.card.id}", value=value, n=n, reference=REFERENCE, command=command),)


@torch.inference_mode()
def ends(network: StyleSampler, extractor: Extractor, *, n: int) -> tuple[Features, Features]:
    """The features of both ends of n short paths, in float: rounding to 8 bits would be most of what they differ by."""
    z = network.prior.draw(seed=SEED, rows=range(2 * n))
    w = torch.cat([network.style(part, torch.ones(len(part))) for part in z.split(BATCH)])
    t = torch.rand(n, 1, generator=torch.Generator().manual_seed(SEED))
    places = [torch.lerp(w[::2], w[1::2], at) for at in (t, t + EPS)]
    here, there = (torch.cat([seen(network, extractor, part) for part in place.split(BATCH)]) for place in places)
    return here, there


def seen(network: StyleSampler, extractor: Extractor, w: Features) -> Features:
    """The features of the images of these styles."""
    images = network.synthesise(w[:, None].expand(-1, network.layers, -1))
    features: Features = extractor.network.features(images)  # type: ignore[operator]
    return features


def section(metrics: tuple[Metric, ...]) -> Section:
    """The table of a report."""
    rows = tuple(Row(metric.name, metric.n, {"value": Estimate(metric.value)}) for metric in metrics)
    return Section("paths in w", rows, f"squared change of standardised features over {EPS:g}^2")
