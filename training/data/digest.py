"""Digests: of files that were fetched, and of images."""

import hashlib
from pathlib import Path

from training.data.dataset import Bytes
from training.data.errors import DigestMismatch


def sha256_of(path: Path) -> str:
    """The hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, sha256: str, what: str) -> None:
    """Refuse a file that is not the published one."""
    got = sha256_of(path)
    if got != sha256:
        raise DigestMismatch(f"{what} has sha256 {got}, expected {sha256}: it was damaged or changed on its way")


def pixel_digests(images: Bytes) -> list[bytes]:
    """One digest an image: equal digests, equal pixels."""
    return [hashlib.sha256(image.tobytes()).digest() for image in images]
