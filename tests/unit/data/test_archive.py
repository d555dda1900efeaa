"""Archives: regular files only, inside themselves, bounded, and named when malformed."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.unit.data.standins import tgz, zipped
from training.data import archive
from training.data.archive import gunzip, members
from training.data.errors import BadArchive


def test_tar_and_zip_give_the_same_members(tmp_path: Path) -> None:
    files = {"set/a.txt": b"a", "set/deep/b.txt": b"b", "set/c.bin": b"c", "else/d.txt": b"d"}
    for name, content in (("a.tgz", tgz(files)), ("a.zip", zipped(files))):
        (tmp_path / name).write_bytes(content)
        assert dict(members(tmp_path / name, "set/", suffix=".txt")) == {"a.txt": b"a", "deep/b.txt": b"b"}


@pytest.mark.parametrize("name", ["../evil", "set/../../evil", "/etc/evil"])
@pytest.mark.parametrize("pack", [tgz, zipped])
def test_a_name_outside_the_archive_is_refused(tmp_path: Path, name: str, pack: object) -> None:
    path = tmp_path / "a"
    path.write_bytes((tgz if pack is tgz else zipped)({"set/good": b"", name: b"x"}))
    with pytest.raises(BadArchive, match="names a file outside itself"):
        list(members(path, "set/"))


def test_links_and_devices_are_passed_over(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "hard"), (tarfile.CHRTYPE, "device")):
            info = tarfile.TarInfo(f"set/{name}")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    (tmp_path / "a.tgz").write_bytes(file.getvalue())
    assert list(members(tmp_path / "a.tgz", "set/")) == []

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as zip_file:
        link = zipfile.ZipInfo("set/link")
        link.external_attr = 0o120777 << 16
        zip_file.writestr(link, "/etc/passwd")
    assert list(members(tmp_path / "a.zip", "set/")) == []


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tgz").write_bytes(tgz({"a": bytes(600), "b": bytes(600)}))
    monkeypatch.setattr(archive, "TOTAL_BYTES", 1_000)
    with pytest.raises(BadArchive, match="unpacks to more than 1,000 bytes"):
        list(members(tmp_path / "a.tgz", ""))
    monkeypatch.setattr(archive, "MEMBER_BYTES", 500)
    with pytest.raises(BadArchive, match=r"a\.tgz:a unpacks to more than 500 bytes"):
        list(members(tmp_path / "a.tgz", ""))


@pytest.mark.parametrize(
    "content", [b"", b"<html>not found</html>", tgz({"a": bytes(5_000)})[:60]], ids=["empty", "page", "cut"]
)
def test_a_malformed_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tgz").write_bytes(content)
    with pytest.raises(BadArchive, match=r"a\.tgz is no readable archive .* delete it"):
        list(members(tmp_path / "a.tgz", ""))


def test_a_malformed_gzip_file_is_named(tmp_path: Path) -> None:
    for content in (b"<html>not found</html>", gzip.compress(bytes(5_000))[:20]):
        (tmp_path / "a.gz").write_bytes(content)
        with pytest.raises(BadArchive, match=r"a\.gz is no readable gzip file .* delete it"):
            gunzip(tmp_path / "a.gz")
