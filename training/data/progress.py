"""Progress bars on a terminal, silence elsewhere."""

import importlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def progress(rows: Iterable[T], *, label: str, total: int | None = None) -> Iterable[T]:
    """`rows`, with a bar on standard error while it is a terminal."""
    bar: Iterable[T] = _bar(rows, desc=label, total=total)
    return bar


def progress_bytes(chunks: Iterable[bytes], *, label: str, total: int | None, have: int) -> Iterator[bytes]:
    """`chunks`, with a bar that counts bytes: `have` of `total` were there before."""
    with _bar(desc=label, total=total, initial=have, unit="B", unit_scale=True) as bar:
        for chunk in chunks:
            yield chunk
            bar.update(len(chunk))


def _bar(rows: Iterable[Any] | None = None, **told: Any) -> Any:
    tqdm = importlib.import_module("tqdm")  # here: reading what is at hand needs no progress bar
    return tqdm.tqdm(rows, disable=None, leave=False, **told)  # None: disabled where standard error is no terminal
