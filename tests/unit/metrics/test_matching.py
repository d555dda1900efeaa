import itertools

import pytest
import torch

from training.metrics.errors import TooFewImages
from training.metrics.matching import counts, majority, matched_error, one_to_one

CLUSTERS = torch.tensor([0, 0, 0, 1, 1, 2, 2, 2])
LABELS = torch.tensor([2, 2, 0, 2, 1, 0, 0, 1])


def test_counts_are_clusters_by_classes() -> None:
    assert counts(CLUSTERS, LABELS, k=3, classes=3).tolist() == [[1, 0, 2], [0, 1, 1], [2, 1, 0]]
    with pytest.raises(TooFewImages):
        counts(CLUSTERS[:0], LABELS[:0], k=3, classes=3)


def test_a_one_to_one_match_is_the_best_of_all_permutations() -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        table = torch.randint(0, 50, (6, 6), generator=generator)
        best = max(sum(int(table[i, p[i]]) for i in range(6)) for p in itertools.permutations(range(6)))
        match = one_to_one(table)
        assert sorted(match) == list(range(6))
        assert sum(int(table[i, match[i]]) for i in range(6)) == best


def test_majority_may_give_two_clusters_one_class() -> None:
    assert majority(torch.tensor([[5, 1], [4, 0], [0, 9]])) == (0, 0, 1)


def test_the_error_is_the_share_of_images_whose_cluster_stands_for_another_class() -> None:
    assert matched_error(CLUSTERS, LABELS, (2, 1, 0)) == 3 / 8
    assert matched_error(LABELS, LABELS, (0, 1, 2)) == 0


@pytest.mark.parametrize("shape", [(3, 4), (17, 17)])
def test_a_table_that_is_not_square_or_too_large_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="square table of at most 16"):
        one_to_one(torch.zeros(shape, dtype=torch.int64))
