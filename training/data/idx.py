"""mnist and fashion-mnist: the official downloads in LeCun's IDX format.

MNIST: LeCun, Cortes, Burges 1998, CC BY-SA 3.0. Fashion-MNIST: Xiao, Rasul, Vollgraf 2017 (arXiv:1708.07747), MIT.
An IDX file is two zero bytes, a type byte (8: uint8), the number of dimensions, each of them as a big-endian uint32,
and the values.
"""

import struct
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from training.data.archive import gunzip
from training.data.dataset import SPLITS, Bytes, Dataset, Source
from training.data.digits import DIGITS, padded
from training.data.download import Download
from training.data.entry import Entry
from training.data.errors import BadArchive

_FILES = {"train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")} | {
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
}


@dataclass(frozen=True)
class Idx:
    """A set of four IDX files. `sha256` is theirs in the order train images, labels, test images, labels."""

    name: str
    title: str
    about: str
    licence: str
    citation: str
    mirrors: tuple[str, ...]
    label_names: tuple[str, ...]
    sha256: tuple[str, str, str, str]

    def downloads(self, split: str) -> tuple[Download, Download]:
        """The images and the labels of a split."""
        start = 2 * SPLITS.index("train" if split == "train" else "test")
        images, labels = (
            Download(f"{self.name}/{file}", tuple(base + file for base in self.mirrors), self.sha256[start + i])
            for i, file in enumerate(_FILES[split])
        )
        return images, labels


MNIST = Idx(
    name="mnist",
    title="MNIST",
    about="70,000 handwritten digits; grey, 10 classes",
    licence="CC BY-SA 3.0",
    citation="LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning applied to document recognition",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ),
    label_names=DIGITS,
    sha256=(
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)
FASHION = Idx(
    name="fashion-mnist",
    title="Fashion-MNIST",
    about="70,000 pictures of clothes; grey, 10 classes",
    licence="MIT",
    citation="Xiao, Rasul, Vollgraf 2017, Fashion-MNIST, arXiv:1708.07747",
    mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    label_names=(
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    sha256=(
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
)


def parsed(content: bytes, what: str) -> Bytes:
    """The uint8 array of an IDX file."""
    dims = content[3] if len(content) > 3 and content[:3] == b"\0\0\x08" else 0
    shape = struct.unpack_from(f">{dims}I", content, 4) if dims and len(content) >= 4 + 4 * dims else ()
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * dims) if shape else np.zeros(0, np.uint8)
    if not shape or len(values) != np.prod(shape):
        raise BadArchive(f"{what} is no IDX file of bytes")
    return values.reshape(shape)


def build(idx: Idx, root: Path, size: int) -> dict[str, Dataset]:
    """The official split, the images as they are (28 px) or in a black border (32 px)."""
    return {split: _split(idx, split, root, size) for split in SPLITS}


def _split(idx: Idx, split: str, root: Path, size: int) -> Dataset:
    downloads = idx.downloads(split)
    images, labels = (parsed(gunzip(one.fetch(root)), one.file) for one in downloads)
    if len(images) != len(labels):
        raise BadArchive(f"{idx.name} has {len(images)} {split} images and {len(labels)} labels")
    return Dataset(
        name=idx.name,
        split=split,
        images=padded(images[:, None], size),
        labels=labels.astype(np.int64),
        label_names=idx.label_names,
        keys=tuple(f"{split}/{i}" for i in range(len(images))),
        source=Source(
            title=idx.title,
            licence=idx.licence,
            origin=idx.mirrors[0],
            obtained="the official IDX files, official split",
            citation=idx.citation,
            sha256={one.file: one.sha256 for one in downloads},
        ),
    )


def entry(idx: Idx) -> Entry:
    """The registry's entry for a set of IDX files."""
    return Entry(
        name=idx.name, about=idx.about, licence=idx.licence, build=partial(build, idx), size=28, sizes=(28, 32)
    )


ENTRIES = (entry(MNIST), entry(FASHION))
