"""k-means: groups that are there are found, the same ones every time."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.priors import CodedPrior
from tests.unit.training.stand_in import stripes
from training.clusters import Clusters
from training.data import Dataset
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


def stacks(n: int = 40) -> Dataset:
    """Three stripes of their own as the colours of one image."""
    digits = stripes(3 * n).images
    return replace(stripes(n), images=digits.reshape(n, 3, 28, 28))


def test_by_channel_every_channel_is_of_a_cluster_of_its_own() -> None:
    data = stacks()
    clusters, x = Clusters(data, 10, by_channel=True), torch.from_numpy(data.images).float() / 255
    alone = torch.stack([clusters(x[:, c : c + 1]) for c in range(3)], dim=1)
    assert torch.equal(clusters(x).reshape(40, 3), alone)
    told = clusters.told(x)
    assert told.shape == (40, 30)
    assert torch.equal(told.reshape(40, 3, 10).argmax(dim=2), alone)
    assert torch.equal(told.sum(dim=1), torch.full((40,), 3.0))


def test_centres_are_found_from_some_images_and_shares_counted_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.clusters.POINTS", 30)
    data = replace(stripes(60), images=blots())
    clusters = Clusters(data, 3)
    owner = clusters(torch.from_numpy(data.images).float() / 255)
    assert list(clusters.shares) == [pytest.approx(float((owner == j).float().mean()), abs=1e-4) for j in range(3)]


def test_a_stack_has_a_code_for_the_cluster_of_each_colour() -> None:
    spec, data = recipe("sngan-stacked"), stacks()
    config = spec.presets["smoke"].config
    gan = spec.build(config, data)
    prior = CodedPrior(config.latent_dim, spec.model_config(config, data).codes)
    assert [code.name for code in prior.codes] == ["cluster-1", "cluster-2", "cluster-3"]
    z = prior.draw(seed=0, rows=range(5))
    assert gan.network(z).shape == (5, 3, 28, 28)
    assert torch.equal(z[:, config.latent_dim :].sum(dim=1), torch.full((5,), 3.0))


def test_without_clusters_the_recipe_is_the_plain_spectrally_normalised_gan() -> None:
    spec = recipe("sngan-mnist")
    config = replace(spec.presets["smoke"].config, clusters=0)
    gan = spec.build(config, stripes())
    assert set(gan.networks) == {"G", "D"}
    assert spec.model_config(config, stripes()).codes == ()
