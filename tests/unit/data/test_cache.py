"""The cache: whole files only, never stale, never pickled, and clear when the folder is not usable."""

import errno
import os
import resource
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.standins import noise, noisy
from training.data import cache
from training.data.dataset import Dataset
from training.data.entry import Entry
from training.data.errors import BadSize, CacheNotWritable, CorruptCache, MissingPackage, UnknownSplit
from training.data.registry import cached


def splits() -> dict[str, Dataset]:
    return {"train": noisy(6), "test": noisy(4, split="test", seed=1)}


class Counted:
    """A build that counts how often it ran."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, root: Path, size: int) -> Mapping[str, Dataset]:
        self.runs += 1
        time.sleep(0.01)  # long enough for another to come
        return splits()


def entry(build: Counted, version: int = 1) -> Entry:
    return Entry("noise", "noise", "CC0 1.0", build, size=8, sizes=(8,), version=version)


def full_dataset() -> Dataset:
    return Dataset(
        name="everything",
        split="test",
        images=noise(3, 1),
        keys=("a", "b", "ü"),
        source=noisy().source,
        labels=np.array([0, 1, 0]),
        label_names=("cat", "dog"),
        attributes={"glasses": np.array([1, 0, 1])},
        attribute_names={"glasses": ("none", "glasses")},
        pairs=noise(3, 3, seed=2),
        masks=noise(3, 1)[:, 0] % 2,
        mask_names=("out", "in"),
        other=noise(5, 3, seed=3),
        other_keys=tuple("vwxyz"),
    )


def test_a_set_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = full_dataset()
    cache.write(tmp_path / "set.npz", {"test": written})
    read = cache.read(tmp_path / "set.npz", "test")
    for name in ("images", "labels", "pairs", "masks", "other"):
        np.testing.assert_array_equal(getattr(read, name), getattr(written, name))
    np.testing.assert_array_equal(read.attributes["glasses"], written.attributes["glasses"])
    for name in ("name", "split", "keys", "source", "label_names", "attribute_names", "mask_names", "other_keys"):
        assert getattr(read, name) == getattr(written, name)


def test_a_set_is_made_once(tmp_path: Path) -> None:
    build = Counted()
    for split, n in (("train", 6), ("test", 4), ("train", 6)):
        assert len(cached(entry(build), split, 8, tmp_path)) == n
    assert build.runs == 1


def test_a_new_version_never_reads_the_old_file(tmp_path: Path) -> None:
    build = Counted()
    cached(entry(build), "train", 8, tmp_path)
    cached(entry(build, version=2), "train", 8, tmp_path)
    assert build.runs == 2


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "no archive"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    build = Counted()
    whole = cached(entry(build), "train", 8, tmp_path)
    path = tmp_path / "noise-8px-v1.npz"
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
    damaged = {"truncated": content[:middle], "flipped": flipped, "empty": b"", "no archive": b"text"}
    path.write_bytes(damaged[damage])
    with pytest.raises(CorruptCache, match=r"noise-8px-v1\.npz is damaged"):
        cache.read(path, "train")
    np.testing.assert_array_equal(cached(entry(build), "train", 8, tmp_path).images, whole.images)
    assert build.runs == 2
    assert "noise-8px-v1.npz is damaged" in caplog.text
    assert "it is made again" in caplog.text


def test_a_damaged_file_in_a_folder_that_cannot_be_written_is_refused(readonly: Path) -> None:
    with pytest.raises(CacheNotWritable, match=r"cannot write .*noise-8px-v1\.npz: Permission denied"):
        cached(entry(Counted()), "train", 8, readonly)


def test_a_set_at_hand_is_read_from_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    build = Counted()
    cached(entry(build), "train", 8, tmp_path)
    for lock in tmp_path.glob(".*.lock"):
        lock.unlink()
    assert len(cached(entry(build), "train", 8, tmp_path)) == 6
    assert not list(tmp_path.glob(".*.lock"))  # reading took no lock, so it wrote nothing


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "set.npz"
    cache.write(path, splits())
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CacheNotWritable, match=r"cannot write .*set\.npz: No space left on device"):
        cache.write(path, {"train": full_dataset()})
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["set.npz"]


def test_a_write_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    cache.write(path, splits())
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # as a quota does: no file larger than this
    try:
        with pytest.raises(CacheNotWritable, match=r"cannot write .*set\.npz: File too large"):
            cache.write(path, {"train": noisy(500)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["set.npz"]


def test_two_at_once_make_a_set_once(tmp_path: Path) -> None:
    build = Counted()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: cached(entry(build), "train", 8, tmp_path), range(4)))
    assert build.runs == 1
    assert [len(one) for one in found] == [6] * 4


def test_a_build_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def interrupted(root: Path, size: int) -> Mapping[str, Dataset]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached(Entry("noise", "", "", interrupted, 8, (8,)), "train", 8, tmp_path)
    assert not list(tmp_path.glob("*.npz"))


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(CacheNotWritable, match=r"cannot write .*/data/"):
        cached(entry(Counted()), "train", 8, tmp_path / "data")


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, **{"train/images": np.array([{}], dtype=object)}, allow_pickle=True)
    with pytest.raises(CorruptCache):
        cache.read(path, "train")


def test_the_data_folder_is_the_one_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_DATA", str(tmp_path))
    assert cache.data_root() == tmp_path
    monkeypatch.delenv("ZEROSUM_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache.data_root().name == "data"
    assert cache.data_root(tmp_path / "chosen") == tmp_path / "chosen"


def test_without_platformdirs_the_folder_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZEROSUM_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    with pytest.raises(MissingPackage, match="set ZEROSUM_DATA to the data folder"):
        cache.data_root()


def test_a_size_and_a_split_that_the_set_has_not_are_named() -> None:
    one = entry(Counted())
    with pytest.raises(BadSize, match="noise comes at 8 px, got 9"):
        one.check_size(9)
    with pytest.raises(UnknownSplit, match="noise has the splits train and test, got 'val'"):
        one.check_split("val")
