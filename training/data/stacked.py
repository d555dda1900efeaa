"""stacked-mnist: three random digits as the channels of one image, so 1,000 modes (Metz et al. 2017, section 3.3.1).

Train is stacked from train digits of mnist-10k and test from its test digits: no digit of test is ever in train. The
label is the three-digit number, red first; all 1,000 come equally often but for chance.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from training.data import mnist10k
from training.data.dataset import SPLITS, Dataset, Ints
from training.data.entry import Entry
from training.data.splits import divided

COUNTS = {"train": 25_600, "test": 2_560}  # 25,600 as in PacGAN (Lin et al. 2018, section 4.2)
MODES = tuple(f"{mode:03d}" for mode in range(1000))


def build(root: Path, size: int, counts: dict[str, int] = COUNTS) -> dict[str, Dataset]:
    """Triples with replacement, seed 0."""
    digits = mnist10k.build(root, size)
    random = np.random.default_rng(0)
    parts = [stack(digits[split], random.integers(0, len(digits[split]), (counts[split], 3))) for split in SPLITS]
    rows = np.cumsum([0, *(len(part) for part in parts)])
    both = replace(
        parts[0],
        images=np.concatenate([part.images for part in parts]),
        labels=np.concatenate([part.labels for part in parts if part.labels is not None]),
        keys=tuple(key for part in parts for key in part.keys),
    )
    return divided(both, (np.arange(rows[0], rows[1]), np.arange(rows[1], rows[2])))


def stack(digits: Dataset, triples: Ints) -> Dataset:
    """The images of these triples of rows."""
    assert digits.labels is not None  # noqa: S101 - mnist-10k has them
    labels = digits.labels[triples] @ np.array([100, 10, 1])
    return replace(
        digits,
        name="stacked-mnist",
        images=np.ascontiguousarray(digits.images[triples][:, :, 0]),
        labels=labels,
        label_names=MODES,
        keys=tuple("+".join(digits.keys[row] for row in triple) for triple in triples),
        source=replace(
            digits.source,
            title="MNIST, three digits stacked as colours",
            obtained=f"{digits.source.obtained}; triples with replacement, seed 0, within each split",
        ),
    )


ENTRY = Entry(
    name="stacked-mnist",
    about="three digits as red, green and blue: 1,000 modes; RGB",
    licence=mnist10k.LICENCE,
    build=build,
    size=28,
    sizes=(28, 32),
)
