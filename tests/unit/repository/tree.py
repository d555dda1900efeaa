"""What the repository's tests look at: the files that git tracks or would track."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
MIB = 2**20


@cache
def files() -> tuple[Path, ...]:
    """Every file of the work tree that git does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    named = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return tuple(path for path in named if path.is_file())  # a deleted file is listed until the deletion is committed


def texts(*folders: str) -> dict[str, str]:
    """Path -> content of every text file, or of those under these folders."""
    found = {}
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        if folders and not name.startswith(tuple(f"{folder}/" for folder in folders)):
            continue
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found[name] = data.decode()
    return found
