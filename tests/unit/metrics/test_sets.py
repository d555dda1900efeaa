"""What every metric refuses, in a sentence that names the set and the number."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from training.metrics.classes import class_shares, classifier_score
from training.metrics.errors import NotFinite, TooFewImages
from training.metrics.frechet import frechet_distance
from training.metrics.kernel import kernel_distance
from training.metrics.manifold import manifold
from training.metrics.memorisation import nearness

Metric = Callable[[Tensor, Tensor], object]
OF_TWO: list[Metric] = [frechet_distance, kernel_distance, manifold, lambda x, y: nearness(x, y, y)]


@pytest.mark.parametrize("metric", OF_TWO)
def test_a_feature_that_is_no_number_is_refused(metric: Metric) -> None:
    x, y = torch.randn(20, 3), torch.randn(20, 3)
    x[4, 1] = torch.nan
    x[7, 0] = torch.inf
    with pytest.raises(NotFinite, match="samples: 2 of 20 images"):
        metric(x, y)


@pytest.mark.parametrize(("metric", "least"), [(frechet_distance, 2), (kernel_distance, 4), (manifold, 6)])
def test_too_few_images_are_refused_on_either_side(metric: Metric, least: int) -> None:
    few, enough = torch.randn(least - 1, 3), torch.randn(least, 3)
    metric(enough, enough)
    with pytest.raises(TooFewImages, match=f"samples: needs at least {least} images, got {least - 1}"):
        metric(few, enough)
    with pytest.raises(TooFewImages, match=f"reference: needs at least {least} images, got {least - 1}"):
        metric(enough, few)


@pytest.mark.parametrize("metric", [classifier_score, class_shares])
def test_no_image_has_no_classes(metric: Callable[[Tensor], object]) -> None:
    with pytest.raises(TooFewImages, match="logits: needs at least 1 images, got 0"):
        metric(torch.empty(0, 10))
