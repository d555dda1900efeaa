"""mnist and fashion-mnist from a site that serves the official format."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.site import Site
from tests.unit.data.standins import idx, noise, sha256
from training.data.errors import BadArchive, DigestMismatch, SourceUnavailable
from training.data.idx import FASHION, MNIST, Idx, build, parsed

IMAGES = {"train": noise(30, 1, 28)[:, 0], "test": noise(10, 1, 28, seed=1)[:, 0]}
LABELS = {"train": np.arange(30, dtype=np.uint8) % 10, "test": np.arange(10, dtype=np.uint8)}


def published(site: Site, idx_set: Idx) -> Idx:
    """The set as this site has it."""
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    arrays = (IMAGES["train"], LABELS["train"], IMAGES["test"], LABELS["test"])
    files = [idx(array) for array in arrays]
    site.files = {f"/{name}-ubyte.gz": content for name, content in zip(names, files, strict=True)}
    a, b, c, d = map(sha256, files)
    return replace(idx_set, mirrors=(f"{site.url}/",), sha256=(a, b, c, d))


@pytest.mark.parametrize("idx_set", [MNIST, FASHION], ids=lambda one: one.name)
def test_the_official_split_is_read(site: Site, tmp_path: Path, idx_set: Idx) -> None:
    splits = build(published(site, idx_set), tmp_path, 28)
    for split, data in splits.items():
        np.testing.assert_array_equal(data.images[:, 0], IMAGES[split])
        assert data.labels is not None
        np.testing.assert_array_equal(data.labels, LABELS[split])
        assert len(data.label_names) == 10
        assert data.keys[3] == f"{split}/3"
        assert set(data.source.sha256) <= {f"{idx_set.name}/{name[1:]}" for name in site.files}


def test_at_32_px_every_byte_stays_in_a_black_border(site: Site, tmp_path: Path) -> None:
    images = build(published(site, MNIST), tmp_path, 32)["test"].images
    np.testing.assert_array_equal(images[:, 0, 2:30, 2:30], IMAGES["test"])
    assert images.sum() == IMAGES["test"].sum()


def test_a_site_that_has_another_file_is_refused(site: Site, tmp_path: Path) -> None:
    official = replace(published(site, MNIST), sha256=MNIST.sha256)
    with pytest.raises(DigestMismatch, match=r"mnist/train-images-idx3-ubyte\.gz is not the published file"):
        build(official, tmp_path, 28)


def test_a_broken_off_download_ends_with_a_sentence_and_resumes(site: Site, tmp_path: Path) -> None:
    one = published(site, MNIST)
    site.cuts = [5_000, 0]
    with pytest.raises(SourceUnavailable, match="goes on where it stopped"):
        build(one, tmp_path, 28)
    assert len(build(one, tmp_path, 28)["train"]) == 30
    assert ("/train-images-idx3-ubyte.gz", "bytes=5000-") in site.asked


def test_images_and_labels_must_be_as_many(site: Site, tmp_path: Path) -> None:
    one = published(site, MNIST)
    short = idx(LABELS["train"][:-1])
    site.files["/train-labels-idx1-ubyte.gz"] = short
    a, _, c, d = one.sha256
    with pytest.raises(BadArchive, match="mnist has 30 train images and 29 labels"):
        build(replace(one, sha256=(a, sha256(short), c, d)), tmp_path, 28)


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\x08", b"\0\0\x08\0", b"\0\0\x0d\x01\0\0\0\x01\0", b"\0\0\x08\x01\0\0\0\x05abc"]
)
def test_other_bytes_are_no_idx_file(content: bytes) -> None:
    with pytest.raises(BadArchive, match="labels is no IDX file of bytes"):
        parsed(content, "labels")
