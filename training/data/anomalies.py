"""Sets for anomaly detection: train is normal, test has normal and anomalous images, and no test pixel is in train.

    mnist-10k-without-D              train: the other nine digits; test: their test digits, and all of the tenth
    textures-brick, -grass, -gravel  train: crops of one photograph, columns 0-307; test: columns 320-511, as they
                                     are and with defects, whose pixels are in `masks`
    avatars-STYLE-without-ATTRIBUTE  train: faces without, say, glasses; test: with and without, masks where it shows

A test image is anomalous when train has none of its label. Normals that training does not see either, for
calibration, are the test split of `normals:NAME`; train of both is the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from training.data import mnist10k, textures
from training.data.dataset import Bytes, Dataset, Ints
from training.data.defects import DEFECTS
from training.data.digits import DIGITS
from training.data.entry import Entry
from training.data.splits import divided, stratified

Load = Callable[[str, str, int, Path], Dataset]  # a set's name, split, size in pixels, data folder
Parts = Mapping[str, Dataset]  # train, held, test
Build = Callable[[Path, int], Parts]  # data folder, size in pixels
HELD_SHARE = 0.1  # of the normal digits of train
HELD_FACES = 500
ROWS = {"train": slice(0, 392), "held": slice(400, 512)}  # of a photograph's columns 0-307
EACH = 64  # test crops a defect
MASKS = ("normal", "defect")
SEEN = 24  # levels by which a channel of a face must differ to be part of what is new
NORMALS = "normals:"


def parted(data: Dataset, *, fit: Ints, held: Ints, test: Ints) -> Parts:
    """Three parts; what is in the last two, to the pixel, is not in the first."""
    train = divided(data, (fit, np.concatenate([held, test])))["train"]
    return {"train": train, "held": data.take(held, split="held"), "test": data.take(test, split="test")}


def digits(digit: str, load: Load, root: Path, size: int) -> Parts:
    """Nine digits normal, all of one anomalous."""
    train, test = (load("mnist-10k", split, size, root) for split in ("train", "test"))
    assert train.labels is not None  # noqa: S101 - mnist-10k has them
    assert test.labels is not None  # noqa: S101
    labels = np.concatenate([train.labels, test.labels])
    whole = replace(
        train,
        images=np.concatenate([train.images, test.images]),
        labels=labels,
        keys=train.keys + test.keys,
        source=replace(train.source, obtained=f"{train.source.obtained}; train without {digit}"),
    )
    normal = np.flatnonzero(train.labels != int(digit))
    fit, held = (normal[rows] for rows in stratified(train.labels[normal], test=HELD_SHARE))
    rows = np.arange(len(labels))
    return parted(whole, fit=fit, held=held, test=rows[(rows >= len(train)) | (labels == int(digit))])


def windows(picture: Bytes, rows: slice, columns: slice, *, size: int, step: int) -> Bytes:
    """n 1 h w: crops of a part of the photograph."""
    found = sliding_window_view(picture[rows, columns], (size, size))[::step, ::step]
    return np.ascontiguousarray(found.reshape(-1, 1, size, size))


def spoiled(pictures: Mapping[str, Bytes], name: str, *, size: int) -> tuple[Bytes, Bytes, Ints]:
    """EACH crops of each defect from random places of the test columns, their masks, and which defect; seed 0."""
    random, columns = np.random.default_rng(0), textures.COLUMNS["test"]
    others = [picture[:, columns] for other, picture in pictures.items() if other != name]

    def crop(part: Bytes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        top, left = (int(random.integers(side - size + 1)) for side in part.shape)
        return part[top : top + size, left : left + size].astype(np.float64)

    images, masks = [], []
    for draw in DEFECTS.values():
        for number in range(EACH):
            image, mask = draw(crop(pictures[name][:, columns]), crop(others[number % len(others)]), random)
            images.append(np.rint(image).astype(np.uint8)[None])
            masks.append(mask.astype(np.uint8))
    return np.stack(images), np.stack(masks), np.repeat(np.arange(1, len(DEFECTS) + 1), EACH)


def texture(kind: str, _root: Path, size: int) -> Parts:
    """Crops of one photograph; four defects."""
    pictures = textures.photographs()
    columns, test = textures.COLUMNS["train"], textures.COLUMNS["test"]
    steps = {"train": max(1, size // 16), "held": size // 8, "test": size // 4}
    places = {"train": (ROWS["train"], columns), "held": (ROWS["held"], columns), "test": (slice(0, 512), test)}
    plain = [windows(pictures[kind], *places[part], size=size, step=step) for part, step in steps.items()]
    wrong, masks, labels = spoiled(pictures, kind, size=size)
    counts = [len(part) for part in plain]
    ends = np.cumsum(counts)
    names = [f"{part}/{i}" for part, n in zip(steps, counts, strict=True) for i in range(n)]
    whole = Dataset(
        name=f"textures-{kind}",
        images=np.concatenate([*plain, wrong]),
        labels=np.concatenate([np.zeros(ends[-1], np.int64), labels]),
        label_names=("normal", *DEFECTS),
        masks=np.concatenate([np.zeros((ends[-1], size, size), np.uint8), masks]),
        mask_names=MASKS,
        keys=(*names, *(f"{defect}/{i}" for defect in DEFECTS for i in range(EACH))),
        source=replace(
            textures.source(size),
            title=f"The photograph {kind}, with and without defects",
            obtained=f"{size} px crops; train from columns 0-307 and rows 0-391, held-out normals from rows 400-511, "
            f"test from columns 320-511; {EACH} test crops a defect, seed 0",
        ),
    )
    fit, held = np.arange(ends[0]), np.arange(ends[0], ends[1])
    return parted(whole, fit=fit, held=held, test=np.arange(ends[1], len(whole)))


def faces(style: str, attribute: str, load: Load, root: Path, size: int) -> Parts:
    """Half of the test faces without the attribute, the other half with it."""
    train, test = (load(f"avatars-{style}:{attribute}", split, size, root) for split in ("train", "test"))
    assert test.pairs is not None  # noqa: S101 - pairs have them
    half = len(test) // 2
    new = (np.abs(test.images[half:].astype(np.int16) - test.pairs[half:]) > SEEN).any(axis=1)
    unseen = np.zeros((len(train) + half, size, size), np.uint8)
    whole = replace(
        train,
        images=np.concatenate([train.images, test.images[:half], test.pairs[half:]]),
        labels=np.repeat(np.array([0, 1]), [len(train) + half, len(test) - half]),
        label_names=("without", f"with {attribute}"),
        attributes={},
        attribute_names={},
        pairs=None,
        masks=np.concatenate([unseen, new.astype(np.uint8)]),
        mask_names=MASKS,
        keys=(*train.keys, *test.keys),
        source=replace(train.source, obtained=f"{train.source.obtained}; {attribute} in half of test alone"),
    )
    held = min(HELD_FACES, len(train) // 4)
    rows = np.arange(len(whole))
    return parted(
        whole, fit=rows[: len(train) - held], held=rows[len(train) - held : len(train)], test=rows[len(train) :]
    )


def find(name: str, base: Callable[[str], Entry], load: Load) -> Entry | None:
    """The entry of such a set or of its `normals:`; None for any other name. `base` finds what it is made of."""
    bare = name.removeprefix(NORMALS)
    found = view(bare, base, load)
    if found is None:
        return None
    whole, about, build = found
    second, more = ("test", "") if name == bare else ("held", "; test: normals that train does not have")
    return replace(whole, name=name, about=about + more, version=1, stem="", build=partial(named, build, name, second))


def view(name: str, base: Callable[[str], Entry], load: Load) -> tuple[Entry, str, Build] | None:
    """What it is made of, what it is, and its parts."""
    first, without, last = name.partition("-without-")
    if without and first == mnist10k.ENTRY.name and last in DIGITS:
        return base(first), f"nine digits; in test every {last} too, which train never has", partial(digits, last, load)
    if without and first.startswith("avatars-"):
        whole = base(f"{first}:{last}")  # which tells what is wrong with the name
        style = first.removeprefix("avatars-")
        return whole, f"faces without {last}; half of test has it, with masks", partial(faces, style, last, load)
    kind = name.removeprefix("textures-")
    if kind in textures.NAMES and kind != name:
        return textures.ENTRY, f"{kind}; in test also with {', '.join(DEFECTS)}, with masks", partial(texture, kind)
    return None


def named(build: Build, name: str, second: str, root: Path, size: int) -> Parts:
    """Train, and as test the other part that is asked for."""
    parts = build(root, size)
    return {
        "train": replace(parts["train"], name=name),
        "test": replace(parts[second], name=name, split="test"),
    }
