"""What holds several images, or numbers, in one body."""

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that ZIP knows: equal answers are equal bytes


def archive(images: Sequence[bytes], facts: Mapping[str, Any]) -> bytes:
    """A ZIP of 0000.png, 0001.png ... and facts.json; stored, since PNG is compressed already."""
    files = {f"{i:04}.png": image for i, image in enumerate(images)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, data in {**files, "facts.json": orjson.dumps(facts, option=orjson.OPT_INDENT_2)}.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            out.writestr(entry, data)
    return buffer.getvalue()


def document(images: Sequence[bytes], facts: Mapping[str, Any]) -> bytes:
    """JSON: the facts, and each PNG in base64."""
    return orjson.dumps({**facts, "images": [base64_of(image) for image in images]})


def base64_of(image: bytes) -> str:
    """An image as text."""
    return base64.b64encode(image).decode()


def npy(array: NDArray[np.float32]) -> bytes:
    """NumPy's own format, little-endian: `numpy.load` reads it."""
    buffer = io.BytesIO()
    np.save(buffer, array.astype("<f4", order="C", copy=False), allow_pickle=False)
    return buffer.getvalue()
