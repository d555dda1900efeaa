"""k-means: groups that are there are found, the same ones every time."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.unit.training.stand_in import stripes
from training.clusters import Clusters
from training.errors import DataUnfit
from training.recipes import recipe


def blots(n: int = 60) -> np.ndarray:
    """Three kinds of images, the first as often as the other two together."""
    images = np.random.default_rng(0).integers(0, 40, (n, 1, 28, 28), dtype=np.uint8)
    for i, image in enumerate(images):
        start = {0: 0, 1: 10, 2: 0, 3: 20}[i % 4]
        image[0, start : start + 8] = 255
    return images


def test_kinds_of_images_become_clusters_with_their_shares() -> None:
    data = replace(stripes(60), images=blots())
    clusters = Clusters(data, 3)
    owner = clusters(torch.from_numpy(data.images).float() / 255)
    kinds = [{int(owner[i]) for i in range(60) if i % 4 in kind} for kind in ((0, 2), (1,), (3,))]
    assert sorted(len(kind) for kind in kinds) == [1, 1, 1]
    assert set.union(*kinds) == {0, 1, 2}
    assert sorted(clusters.shares) == [0.25, 0.25, 0.5]


def test_the_same_data_gives_the_same_clusters_and_another_seed_may_not() -> None:
    data = stripes(200)
    centres = [Clusters(data, 12, seed=seed).centres for seed in (0, 0, 1)]
    assert torch.equal(centres[0], centres[1])
    assert not torch.equal(centres[0], centres[2])


def test_every_image_is_with_its_nearest_centre() -> None:
    data = stripes(100)
    clusters, x = Clusters(data, 7), torch.from_numpy(data.images).float() / 255
    points = torch.nn.functional.avg_pool2d(x, 2).flatten(1)
    distances = (points[:, None] - clusters.centres[None]).square().sum(dim=2)
    assert torch.equal(clusters(x), distances.argmin(dim=1))
    assert sum(clusters.shares) == pytest.approx(1, abs=1e-3)


def test_as_many_equal_images_as_clusters_still_end_in_finite_centres() -> None:
    data = replace(stripes(5), images=np.zeros((5, 1, 28, 28), dtype=np.uint8))
    assert Clusters(data, 5).centres.isfinite().all()


def test_more_clusters_than_images_are_refused() -> None:
    with pytest.raises(DataUnfit, match="40 clusters were asked for; stripes has 30 images"):
        Clusters(stripes(30), 40)


def test_without_clusters_the_recipe_is_the_plain_spectrally_normalised_gan() -> None:
    spec = recipe("sngan-mnist")
    config = replace(spec.presets["smoke"].config, clusters=0)
    gan = spec.build(config, stripes())
    assert set(gan.networks) == {"G", "D"}
    assert spec.model_config(config, stripes()).codes == ()
