"""horse2zebra and its siblings from a site that serves the official layout."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.site import Site
from tests.unit.data.standins import noise, noisy, png, sha256, zipped
from training.data import unpair
from training.data.cyclegan import ENTRIES, archive_of, build
from training.data.download import Download
from training.data.errors import BadLayout

COUNTS = {"trainA": 4, "trainB": 3, "testA": 2, "testB": 1}


def published(site: Site, counts: dict[str, int]) -> Download:
    files = {
        f"horse2zebra/{folder}/n{i}.png": png(16, seed=10 * place + i)
        for place, (folder, n) in enumerate(counts.items())
        for i in range(n)
    }
    content = zipped({"horse2zebra/": b"", "horse2zebra/readme.txt": b"", **files})
    site.files["/horse2zebra.zip"] = content
    return Download("horse2zebra.zip", (f"{site.url}/horse2zebra.zip",), sha256(content))


def test_both_domains_are_read(site: Site, tmp_path: Path) -> None:
    splits = build(published(site, COUNTS), tmp_path, 16)
    for split, data in splits.items():
        assert data.other is not None
        assert data.images.shape == (COUNTS[f"{split}A"], 3, 16, 16)
        assert data.other.shape == (COUNTS[f"{split}B"], 3, 16, 16)
        assert data.keys[1] == f"{split}A/n1.png"
        assert data.other_keys[0] == f"{split}B/n0.png"


def test_images_are_resampled_to_the_size_asked_for(site: Site, tmp_path: Path) -> None:
    assert build(published(site, COUNTS), tmp_path, 32)["train"].size == 32


def test_a_missing_domain_is_named(site: Site, tmp_path: Path) -> None:
    with pytest.raises(BadLayout, match="horse2zebra has no images in testB"):
        build(published(site, COUNTS | {"testB": 0}), tmp_path, 16)


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
def test_every_sibling_has_mirrors_and_a_digest(name: str) -> None:
    archive = archive_of(name)
    assert len(archive.mirrors) == 3
    assert all(url.endswith(f"/{name}.zip") for url in archive.mirrors)
    assert re.fullmatch(r"[0-9a-f]{64}", archive.sha256)


def test_unpair_hides_the_truth_from_the_other_domain() -> None:
    paired = replace(noisy(7), pairs=noise(7, seed=5))
    taken = unpair(paired)
    assert taken.keys == ("0", "2", "4", "6")
    assert taken.other_keys == ("1", "3", "5")
    assert paired.pairs is not None
    np.testing.assert_array_equal(taken.other, paired.pairs[[1, 3, 5]])
    np.testing.assert_array_equal(taken.pairs, paired.pairs[[0, 2, 4, 6]])
    with pytest.raises(BadLayout, match="noise has no pairs to take apart"):
        unpair(noisy(4))


def test_rows_of_one_pair_stay_on_one_side() -> None:
    """As five tones of skin with one line drawing do."""
    pairs = noise(3, seed=5)[[0, 0, 1, 0, 2, 2, 1]]
    taken = unpair(replace(noisy(7), pairs=pairs))
    assert taken.keys == ("0", "1", "3", "4", "5")
    assert taken.other_keys == ("2", "6")
    np.testing.assert_array_equal(taken.other, pairs[[2, 6]])
