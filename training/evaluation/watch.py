"""Sample quality while a run goes on: the Fréchet distance to *training* images, never to test.

So that whoever picks a recipe or a length by what the log shows has picked nothing by the test images.
"""

from collections.abc import Callable, Mapping

import torch
from torch import nn

from models.capabilities import Sampler
from training.data import Dataset
from training.evaluation.draws import as_shipped, draw, one_thread
from training.evaluation.extractor import find_extractor, open_extractor, shape_of, weights_root
from training.metrics.frechet import frechet_distance

MOST = 2000  # images of either set


def watch(data: Dataset, *, samples: int) -> Callable[[nn.Module], Mapping[str, float]]:
    """What to ask of the averaged network now and then. Raises ExtractorMissing where none knows the images."""
    n = min(samples, MOST)
    images = torch.from_numpy(data.images)
    extractor = open_extractor(find_extractor(weights_root(), shape=shape_of(images), data=data.name))
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:MOST]
    with one_thread():
        reference = extractor.view(images[order]).features

    def look(network: nn.Module) -> Mapping[str, float]:
        shipped = as_shipped(network)
        assert isinstance(shipped, Sampler)  # noqa: S101 - only samplers are watched
        with one_thread():
            seen = extractor.view(draw(shipped, n=n, seed=0)).features
            return {f"frechet-to-train@{extractor.card.id}": frechet_distance(seen, reference)}

    return look
