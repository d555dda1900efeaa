"""cifar-10 from a site that serves the official binary version."""

from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.site import Site
from tests.unit.data.standins import noise, sha256, tgz
from training.data import cifar10
from training.data.download import Download
from training.data.errors import BadArchive

IMAGES = noise(12, 3, 32)
LABELS = np.arange(12, dtype=np.uint8) % 10


def batch(rows: slice) -> bytes:
    return np.concatenate([LABELS[rows, None], IMAGES[rows].reshape(-1, 3072)], 1).tobytes()


def publish(site: Site, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    content = tgz({f"cifar-10-batches-bin/{name}": one for name, one in files.items()})
    site.files["/cifar.tar.gz"] = content
    download = Download("cifar.tar.gz", (f"{site.url}/cifar.tar.gz",), sha256(content))
    monkeypatch.setattr(cifar10, "ARCHIVE", download)


def test_the_official_split_is_read(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"data_batch_{i}.bin": batch(slice(2 * i - 2, 2 * i)) for i in range(1, 6)}
    publish(site, monkeypatch, {"readme.html": b"", **files, "test_batch.bin": batch(slice(10, 12))})
    splits = cifar10.build(tmp_path, 32)
    for split, rows in (("train", slice(0, 10)), ("test", slice(10, 12))):
        np.testing.assert_array_equal(splits[split].images, IMAGES[rows])
        np.testing.assert_array_equal(splits[split].labels, LABELS[rows])
    assert splits["train"].label_names[3] == "cat"
    assert splits["train"].keys[3] == "data_batch_2.bin/1"


def test_an_archive_without_batches_is_named(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(site, monkeypatch, {"readme.html": b""})
    with pytest.raises(BadArchive, match=r"cifar\.tar\.gz holds no CIFAR-10 batches"):
        cifar10.build(tmp_path, 32)


def test_a_batch_of_another_length_is_named(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(site, monkeypatch, {"data_batch_1.bin": batch(slice(0, 2))[:-1], "test_batch.bin": batch(slice(2, 3))})
    with pytest.raises(BadArchive, match=r"data_batch_1\.bin has 6,145 bytes, no multiple of 3,073"):
        cifar10.build(tmp_path, 32)
