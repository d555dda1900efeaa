"""Connected regions, beside scipy's."""

import pytest
import torch
from scipy import ndimage  # type: ignore[import-untyped]

from models.regions import Box, boxes, labelled


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.6, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (17, 23)])
def test_regions_are_those_of_scipy(share: float, shape: tuple[int, int]) -> None:
    for seed in range(5):
        mask = torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < share
        theirs, n = ndimage.label(mask.numpy(), structure=[[1, 1, 1]] * 3)
        ours = labelled(mask)
        assert int(ours.max()) == n
        assert len({(int(a), int(b)) for a, b in zip(ours.flatten(), theirs.flatten(), strict=True)}) == n + int(
            not mask.all()
        )
        assert [box.pixels for box in boxes(mask)] == sorted(torch.bincount(ours.flatten())[1:].tolist(), reverse=True)


def test_a_ring_is_one_region_and_its_middle_another() -> None:
    mask = torch.zeros(7, 9, dtype=torch.bool)
    mask[1:6, 2:7] = True
    mask[2:5, 3:6] = False
    mask[3, 4] = True
    assert boxes(mask) == [Box(2, 1, 5, 5, 16), Box(4, 3, 1, 1, 1)]


def test_corners_touch() -> None:
    assert boxes(torch.eye(4, dtype=torch.bool)) == [Box(0, 0, 4, 4, 4)]
    assert boxes(torch.eye(4, dtype=torch.bool).flip(1)) == [Box(0, 0, 4, 4, 4)]
