"""Contact sheets show every view of an item, and words below it."""

from dataclasses import replace

import numpy as np

from tests.unit.data.standins import noise, noisy
from training.data.sheet import contact_sheet


def test_an_image_is_shown_pixel_for_pixel_in_whole_steps() -> None:
    data = noisy(1)
    sheet = np.asarray(contact_sheet(data, 1))
    blown = data.images[0].transpose(1, 2, 0).repeat(8, 0).repeat(8, 1)  # 8 px to 64 px
    top = next(y for y in range(40) if (sheet[y, :64] == blown[0]).all())
    np.testing.assert_array_equal(sheet[top : top + 64, :64], blown)


def test_pairs_and_masks_stand_beside_their_image() -> None:
    data = noisy(3)
    wide = replace(data, pairs=noise(3, 1, seed=1), masks=noise(3, 1)[:, 0] % 2, mask_names=("out", "in"))
    plain, full = (np.asarray(contact_sheet(one, 1)) for one in (data, wide))
    coloured = [np.flatnonzero((sheet[20:] < 250).any(axis=(0, 2))).max() for sheet in (plain, full)]
    assert coloured[0] < 64
    assert coloured[1] > 128


def test_labels_and_attributes_are_written_below() -> None:
    bare = noisy(4)
    codes = np.array([0, 1, 0, 1])
    told = replace(bare, labels=codes, label_names=("cat", "dog"), attributes={"glasses": codes})
    told = replace(told, attribute_names={"glasses": ("none", "glasses")})
    assert contact_sheet(told, 4).height > contact_sheet(bare, 4).height


def test_the_second_domain_has_its_own_section() -> None:
    one = noisy(5)
    two = replace(one, other=noise(3, seed=2), other_keys=("x", "y", "z"))
    assert contact_sheet(two, 5).height > 1.5 * contact_sheet(one, 5).height


def test_a_long_caption_is_cut_to_its_cell() -> None:
    data = replace(noisy(2), keys=("k" * 500, "l"))
    assert contact_sheet(data, 2).width < 1_300


def test_no_more_items_than_there_are() -> None:
    assert contact_sheet(noisy(3), 64).size == contact_sheet(noisy(3), 3).size
