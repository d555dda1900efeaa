"""Reading tar.gz and zip archives without unpacking them to disk: only regular files, no path that leaves, bounded."""

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from training.data.errors import BadArchive

MEMBER_BYTES = 256 << 20  # more than the largest member of any set here (a batch of CIFAR-10 has 31 MB)
TOTAL_BYTES = 4 << 30  # more than the largest archive here holds (maps: 1.5 GB)

_MALFORMED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError)


def members(path: Path, prefix: str, *, suffix: str = "") -> Iterator[tuple[str, bytes]]:
    """Name below `prefix` and content of every regular file there whose name ends in `suffix`, in its order."""
    total = 0
    try:
        for name, file in _open_members(path, prefix, suffix):
            content = _bounded(file, f"{path.name}:{name}")
            total += len(content)
            if total > TOTAL_BYTES:
                raise BadArchive(f"{path} unpacks to more than {TOTAL_BYTES:,} bytes")
            yield name.removeprefix(prefix), content
    except _MALFORMED as error:
        raise BadArchive(f"{path} is no readable archive ({error}); delete it to have it fetched again") from error


def _open_members(path: Path, prefix: str, suffix: str) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)  # 0 where the archive was not made on Unix
                if _wanted(info.filename, prefix, suffix) and not info.is_dir() and kind in (0, stat.S_IFREG):
                    with archive.open(info) as file:
                        yield info.filename, file
        return
    with tarfile.open(path, "r:gz") as tar:
        for entry in tar:
            if _wanted(entry.name, prefix, suffix) and entry.isfile() and (content := tar.extractfile(entry)):
                yield entry.name, content


def _wanted(name: str, prefix: str, suffix: str) -> bool:
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise BadArchive(f"the archive names a file outside itself: {name!r}")
    return name.startswith(prefix) and name.endswith(suffix)


def _bounded(file: IO[bytes] | gzip.GzipFile, what: str) -> bytes:
    content = file.read(MEMBER_BYTES + 1)  # what it holds, not what its header says it holds
    if len(content) > MEMBER_BYTES:
        raise BadArchive(f"{what} unpacks to more than {MEMBER_BYTES:,} bytes")
    return content


def gunzip(path: Path) -> bytes:
    """The content of a .gz file."""
    try:
        with gzip.open(path) as file:
            return _bounded(file, path.name)
    except _MALFORMED as error:
        raise BadArchive(f"{path} is no readable gzip file ({error}); delete it to have it fetched again") from error
