"""Our arithmetic against torch-fidelity 0.4.0 on the same features: relative difference at most 1e-5.

It imports torchvision, whose networks the arithmetic does not need and which has no build for the CPU here, so empty
modules stand in for it while torch-fidelity is imported.
"""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from training.metrics.classes import classifier_score
from training.metrics.frechet import frechet_distance
from training.metrics.kernel import kernel_distance, mmd2, standardise
from training.metrics.manifold import NEIGHBOURS, manifold

RELATIVE = 1e-5


@pytest.fixture(scope="module")
def fidelity() -> SimpleNamespace:
    names = ["torchvision", *(f"torchvision.{part}" for part in ("datasets", "transforms", "transforms.functional"))]
    stubs = {name: ModuleType(name) for name in names}
    stubs["torchvision.datasets"].__dict__.update(dict.fromkeys(("CIFAR10", "CIFAR100", "STL10"), object))
    with pytest.MonkeyPatch.context() as patch:
        for name, stub in stubs.items():
            patch.setitem(sys.modules, name, stub)
        from torch_fidelity import metric_fid, metric_isc, metric_kid, metric_prc  # type: ignore[import-untyped]
    return SimpleNamespace(fid=metric_fid, isc=metric_isc, kid=metric_kid, prc=metric_prc)


def features(n: int, *, seed: int) -> Tensor:
    """Skewed, correlated and of unequal scale, as features of a network are."""
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(24, 24, generator=torch.Generator().manual_seed(99), dtype=torch.float64)
    return (torch.randn(n, 24, generator=generator, dtype=torch.float64) @ mix + 0.2 * seed).relu()


X, Y = features(700, seed=1), features(500, seed=2)


def test_the_frechet_distance_agrees(fidelity: SimpleNamespace) -> None:
    statistics = [fidelity.fid.fid_features_to_statistics(z) for z in (X, Y)]
    theirs = fidelity.fid.fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert frechet_distance(X, Y) == pytest.approx(theirs, rel=RELATIVE)


def test_the_frechet_distance_agrees_with_fewer_images_than_features(fidelity: SimpleNamespace) -> None:
    statistics = [fidelity.fid.fid_features_to_statistics(z) for z in (X[:20], Y[:15])]
    theirs = fidelity.fid.fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert frechet_distance(X[:20], Y[:15]) == pytest.approx(theirs, rel=RELATIVE)


@pytest.mark.parametrize("standard", [False, True])
def test_the_kernel_distance_agrees_on_the_same_subsets(fidelity: SimpleNamespace, standard: bool) -> None:
    x, y = (standardise(X, Y), standardise(Y, Y)) if standard else (X, Y)
    theirs = fidelity.kid.kid_features_to_metric(
        x, y, kid_subsets=20, kid_subset_size=100, rng_seed=7, kid_kernel="poly", verbose=False
    )
    draws = np.random.RandomState(7)
    in_x, in_y = torch.zeros(20, len(x), dtype=torch.float64), torch.zeros(20, len(y), dtype=torch.float64)
    for subset in range(20):
        in_x[subset, draws.choice(len(x), 100, replace=False)] = 1
        in_y[subset, draws.choice(len(y), 100, replace=False)] = 1
    ours = mmd2(x, y, in_x, in_y)
    assert float(ours.mean()) == pytest.approx(theirs["kernel_inception_distance_mean"], rel=RELATIVE)
    assert float(ours.std(correction=0)) == pytest.approx(theirs["kernel_inception_distance_std"], rel=RELATIVE)


def test_the_kernel_distance_is_what_their_subsets_tend_to(fidelity: SimpleNamespace) -> None:
    x, y = standardise(X, Y), standardise(Y, Y)
    theirs = fidelity.kid.kid_features_to_metric(
        x, y, kid_subsets=20, kid_subset_size=250, rng_seed=7, kid_kernel="poly", verbose=False
    )
    error = theirs["kernel_inception_distance_std"] / 20**0.5
    assert kernel_distance(X, Y).value == pytest.approx(theirs["kernel_inception_distance_mean"], abs=4 * error)


@pytest.mark.parametrize("save_memory", [False, True])
def test_precision_and_recall_agree(fidelity: SimpleNamespace, save_memory: bool) -> None:
    theirs = fidelity.prc.prc_features_to_metric(
        X, Y, prc_neighborhood=NEIGHBOURS, prc_batch_size=128, save_cpu_ram=save_memory, verbose=False
    )
    ours = manifold(X, Y)
    assert 0 < ours.precision < 1
    assert 0 < ours.recall < 1
    assert ours.precision == pytest.approx(theirs["precision"], rel=RELATIVE)
    assert ours.recall == pytest.approx(theirs["recall"], rel=RELATIVE)


def test_the_classifier_score_agrees_part_by_part(fidelity: SimpleNamespace) -> None:
    logits = X[:, :10].log1p()
    theirs = fidelity.isc.isc_features_to_metric(logits, splits=10, shuffle=False)["inception_score_mean"]
    ours = [classifier_score(part) for part in logits.split(70)]
    assert sum(ours) / 10 == pytest.approx(theirs, rel=RELATIVE)
