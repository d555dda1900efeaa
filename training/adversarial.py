"""What the recipes of generative networks share."""

from torch import nn

from models.capabilities import Sampler
from models.errors import CheckpointError
from models.tensors import Images
from training.data import Dataset
from training.evaluation.errors import ExtractorMissing
from training.randomness import Draw
from training.recipe import Look

SHEET = 100


def preview(network: nn.Module, draw: Draw) -> Images:
    """100 samples."""
    assert isinstance(network, Sampler)  # noqa: S101 - every generative family is one
    images: Images = network(draw.normal(SHEET, network.prior.dim))
    return images


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics: samples in the features of the extractor that knows the images, and what is read of them."""
    from training.evaluation import measure_paths, measure_reading, measure_sampler

    drawn = measure_sampler(network, data=data, command=command, samples=samples)
    paths = measure_paths(network, data=data, command=command, n=samples[0])
    return (*drawn, *paths, *measure_reading(network, data=data, command=command))


def measure_stack(
    network: nn.Module,
    *,
    data: str,
    size: int,  # noqa: ARG001
    command: str,
    samples: tuple[int, ...],
) -> tuple[object, ...]:
    """The card's metrics: the modes that are reached."""
    from training.evaluation import measure_stacked

    return measure_stacked(network, data=data, command=command, samples=samples)


def watch(data: Dataset, *, samples: int) -> Look | None:
    """The Fréchet distance to train; None without an extractor that can be loaded on this machine."""
    try:
        from training.evaluation.watch import watch as watched

        return watched(data, samples=samples)
    except (ExtractorMissing, CheckpointError, ModuleNotFoundError):
        return None
