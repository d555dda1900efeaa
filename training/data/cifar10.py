"""cifar-10: 60,000 photographs at 32 px, ten classes, official split (the binary version: no pickle).

Krizhevsky 2009, Learning multiple layers of features from tiny images. The authors state no licence. A record is one
label byte and 3,072 bytes, red, green, blue, each row by row.
"""

from pathlib import Path

import numpy as np

from training.data.archive import members
from training.data.dataset import Dataset, Source
from training.data.download import Download
from training.data.entry import Entry
from training.data.errors import BadArchive

ARCHIVE = Download(
    file="cifar-10-binary.tar.gz",
    mirrors=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
)
LICENCE = "none stated by the authors"
NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_RECORD = 1 + 3 * 32 * 32


def build(root: Path, _size: int) -> dict[str, Dataset]:
    """The official split: five train batches, one test batch."""
    files = dict(sorted(members(ARCHIVE.fetch(root), "cifar-10-batches-bin/", suffix=".bin")))
    batches = {"train": [name for name in files if name.startswith("data_batch_")], "test": ["test_batch.bin"]}
    if not batches["train"] or "test_batch.bin" not in files:
        raise BadArchive(f"{ARCHIVE.file} holds no CIFAR-10 batches")
    return {split: _split(split, {name: files[name] for name in names}) for split, names in batches.items()}


def _split(split: str, batches: dict[str, bytes]) -> Dataset:
    for name, content in batches.items():
        if not content or len(content) % _RECORD:
            raise BadArchive(f"{name} has {len(content):,} bytes, no multiple of {_RECORD:,}")
    records = np.frombuffer(b"".join(batches.values()), np.uint8).reshape(-1, _RECORD)
    return Dataset(
        name="cifar-10",
        split=split,
        images=np.ascontiguousarray(records[:, 1:]).reshape(-1, 3, 32, 32),
        labels=records[:, 0].astype(np.int64),
        label_names=NAMES,
        keys=tuple(f"{name}/{i}" for name, content in batches.items() for i in range(len(content) // _RECORD)),
        source=Source(
            title="CIFAR-10",
            licence=LICENCE,
            origin=ARCHIVE.mirrors[0],
            obtained="the official binary version, official split",
            citation="Krizhevsky 2009, Learning multiple layers of features from tiny images",
            sha256={ARCHIVE.file: ARCHIVE.sha256},
        ),
    )


ENTRY = Entry(
    name="cifar-10",
    about="60,000 photographs, RGB, 10 classes",
    licence=LICENCE,
    build=build,
    size=32,
    sizes=(32,),
)
