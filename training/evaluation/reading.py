"""What a network tells of an image, held against the labels: InfoGAN's Q, an autoencoder's code."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.capabilities import CodeReader, ConditionalSampler, Encoder, Sampler
from models.card import Metric
from models.codes import Code
from models.tensors import Labels
from training.data import Dataset, load
from training.evaluation.draws import BATCH, as_shipped, draw, one_thread
from training.evaluation.report import Row, Section
from training.metrics.discrepancy import mmd
from training.metrics.estimate import Estimate
from training.metrics.ladder import to_bytes
from training.metrics.matching import counts, majority, matched_error, one_to_one

NORMALS = 2000  # of the prior, beside the codes of the test images
Values = dict[str, tuple[float, float | None]]  # name -> value and floor


@dataclass(frozen=True)
class Codes:
    """A split as the network reads it: the noise part (None for a reader), and the category where there is one."""

    noise: Tensor | None
    category: Labels | None


def category_of(network: object) -> tuple[int, Code] | None:
    """Where among the code columns the first categorical code starts, and that code."""
    start = 0
    for code in network.codes if isinstance(network, ConditionalSampler) else ():
        if code.values:
            return start, code
        start += code.width
    return None


@torch.inference_mode()
def read(network: CodeReader | Encoder, data: Dataset) -> Codes:
    """The codes of every image of a split."""
    parts, noise = torch.from_numpy(data.images).split(BATCH), None
    if isinstance(network, Encoder):
        assert isinstance(network, Sampler)  # noqa: S101 - an encoder maps to the latents of its own sampler
        latents = torch.cat([network.encode(part / 255) for part in parts])
        noise, codes = latents[:, : network.prior.dim], latents[:, network.prior.dim :]
    else:
        codes = torch.cat([network.read(part / 255) for part in parts])
    found = category_of(network)
    category = None if found is None else codes[:, found[0] : found[0] + found[1].width].argmax(dim=1)
    return Codes(noise, category)


def measure_reading(network: nn.Module, *, data: str, command: str) -> tuple[Metric, ...]:
    """The figures of a card: of the network as shipped, on the test split of `data`, matched on its train split.

    `category-error` matches each value with a class of its own where there are as many, else with the commonest.
    """
    if not isinstance(network, CodeReader | Encoder):
        return ()
    with one_thread():
        shipped = as_shipped(network)
        assert isinstance(shipped, CodeReader | Encoder)  # noqa: S101 - a copy
        assert isinstance(shipped, Sampler)  # noqa: S101 - the codes that it reads are those of its own prior
        size = draw(shipped, n=1, seed=0).shape[-1]
        train, test = (load(data, split=split, size=size) for split in ("train", "test"))
        values: Values = {}
        if isinstance(shipped, Encoder):
            values |= autoencoding(shipped, test)
        if train.labels is not None and category_of(shipped) is not None:
            values |= clustering(shipped, train, test)
    return tuple(
        Metric(name=name, value=value, n=len(test), reference="test", floor=floor, command=command)
        for name, (value, floor) in values.items()
    )


def clustering(network: CodeReader | Encoder, train: Dataset, test: Dataset) -> Values:
    """The category against the classes."""
    found, name = category_of(network), len(train.label_names)
    assert found is not None and train.labels is not None and test.labels is not None  # noqa: S101, PT018 - asked before
    k, seen, unseen = found[1].width, read(network, train).category, read(network, test).category
    assert seen is not None and unseen is not None  # noqa: S101, PT018 - there is a category
    table = counts(seen, torch.from_numpy(train.labels), k=k, classes=name)
    labels = torch.from_numpy(test.labels)
    if found[1].values == train.label_names:
        return {"label-error": (matched_error(unseen, labels, tuple(range(k))), None)}
    match = one_to_one(table) if k == name else majority(table)
    return {f"{found[1].name}-error": (matched_error(unseen, labels, match), None)}


@torch.inference_mode()
def autoencoding(network: Encoder, test: Dataset) -> Values:
    """Mean squared error of the reconstruction in 8 bits; MMD of code and prior, its floor that of two prior draws."""
    assert isinstance(network, Sampler)  # noqa: S101 - an encoder maps to the latents of its own sampler
    x = torch.from_numpy(test.images)
    errors = []
    for part in x.split(BATCH):
        back = to_bytes(network.sample(network.encode(part / 255), torch.ones(len(part))))
        errors.append(((back.double() - part.double()) / 255).square().mean(dim=(1, 2, 3)))
    noise = read(network, test).noise
    assert noise is not None  # noqa: S101 - an encoder
    one, two = (network.prior.draw(seed=seed, rows=range(NORMALS))[:, : network.prior.dim] for seed in (0, 1))
    return {
        "reconstruction-mse": (float(torch.cat(errors).mean()), None),
        "mmd-code-to-prior": (mmd(noise, one), mmd(two, one)),
    }


def section(metrics: tuple[Metric, ...]) -> Section:
    """The table of a report."""
    rows = []
    for metric in metrics:
        rows.append(Row(metric.name, metric.n, {"value": Estimate(metric.value)}))
        if metric.floor is not None:
            rows.append(Row(f"{metric.name}, floor", metric.n, {"value": Estimate(metric.floor)}))
    return Section("what it reads", tuple(rows), "on test; a match of values and classes is made on train")
