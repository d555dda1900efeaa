"""Files over HTTP: mirrors in turn, resumed where they stopped, checked by sha256, visible only when whole.

What has arrived lies beside the file as `.part`; a later call, or the next mirror, goes on where it ends (RFC 9110,
section 14: Range). Every file here has a published digest, so a wrong continuation cannot pass.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import httpx

from training.data.cache import lock, not_writable
from training.data.digest import sha256_of
from training.data.errors import DataError, DigestMismatch, SourceUnavailable
from training.data.progress import progress_bytes

_TIMEOUT = httpx.Timeout(30.0)


@dataclass(frozen=True)
class Download:
    """One published file: `mirrors` are whole addresses, the best first."""

    file: str
    mirrors: tuple[str, ...]
    sha256: str

    def fetch(self, root: Path) -> Path:
        """The file under `root`/downloads, fetched unless it is there already."""
        path = root / "downloads" / self.file
        if path.is_file() and sha256_of(path) == self.sha256:
            return path
        failures: list[str] = []
        with lock(path):
            for url in self.mirrors:
                if not (failure := self._from(url, path)):
                    return path
                failures.append(f"{url}: {failure}")
        raise self._refusal(path, failures)

    def _from(self, url: str, path: Path) -> str:
        """Empty when `path` is there, else why this mirror failed."""
        part = path.with_name(f"{path.name}.part")
        while True:
            before = _bytes(part)
            failure = _receive(url, part)
            if not failure:
                if sha256_of(part) == self.sha256:
                    part.replace(path)
                    return ""
                part.unlink()
                failure = _WRONG
            if before == 0 if failure == _WRONG else _bytes(part) <= before:
                return failure  # a wrong whole file, or not a byte more: this mirror has nothing else to give

    def _refusal(self, path: Path, failures: list[str]) -> DataError:
        told = "; ".join(failures)
        if all(failure.endswith(_WRONG) for failure in failures):
            return DigestMismatch(f"{self.file} is not the published file (sha256 {self.sha256}): {told}")
        return SourceUnavailable(
            f"could not fetch {self.file}: {told}. Connect to a network and try again (it goes on where it stopped), "
            f"or put the file at {path} yourself"
        )


_WRONG = "wrong sha256"


def _bytes(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _receive(url: str, part: Path) -> str:
    """Append the rest of `url` to `part`: empty when all of it came, else what went wrong."""
    have = _bytes(part)
    headers = {"accept-encoding": "identity"} | ({"range": f"bytes={have}-"} if have else {})
    try:
        with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=_TIMEOUT) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return ""  # nothing is left to fetch: the digest decides whether that is the file
            if answer.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
                return f"answered {answer.status_code}"
            partial = answer.status_code == httpx.codes.PARTIAL_CONTENT
            if partial and not answer.headers.get("content-range", "").startswith(f"bytes {have}-"):
                return "answered another range than was asked for"
            _append(answer, part, have if partial else 0)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    return ""


def _append(answer: httpx.Response, part: Path, have: int) -> None:
    length = answer.headers.get("content-length")
    chunks = progress_bytes(
        answer.iter_raw(),
        label=part.name.removesuffix(".part"),
        total=None if length is None else have + int(length),
        have=have,
    )
    try:
        with part.open("r+b" if have else "wb") as file:
            file.seek(have)
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise not_writable(part, error) from error
