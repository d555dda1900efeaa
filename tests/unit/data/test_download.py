"""Downloads: whole or not there, resumed, checked, from the next mirror."""

from pathlib import Path

import pytest

from tests.unit.data.site import Site, serving
from tests.unit.data.standins import sha256
from training.data.download import Download
from training.data.errors import CacheNotWritable, DigestMismatch, SourceUnavailable

CONTENT = bytes(range(256)) * 2_000  # 512,000 bytes


def download(*urls: str, content: bytes = CONTENT) -> Download:
    return Download("set/file.gz", tuple(f"{url}/file.gz" for url in urls), sha256(content))


def final(root: Path) -> Path:
    return root / "downloads" / "set" / "file.gz"


def test_a_file_is_fetched_once(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT
    assert download(site.url).fetch(tmp_path) == final(tmp_path)
    assert len(site.asked) == 1


def test_an_interrupted_download_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    site.cuts = [200_000, 100_000]
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT
    assert site.asked == [("/file.gz", ""), ("/file.gz", "bytes=200000-"), ("/file.gz", "bytes=300000-")]


def test_a_truncated_body_is_never_seen_and_a_later_call_resumes_it(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    site.cuts = [150_000, 0]
    with pytest.raises(SourceUnavailable, match=r"could not fetch set/file\.gz: .*it goes on where it stopped"):
        download(site.url).fetch(tmp_path)
    assert not final(tmp_path).exists()
    site.asked.clear()
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT
    assert site.asked == [("/file.gz", "bytes=150000-")]


def test_a_mirror_without_range_starts_over(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    site.ranges = False
    site.cuts = [150_000]
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT


def test_the_second_mirror_takes_over_what_the_first_began(site: Site, tmp_path: Path) -> None:
    with serving() as broken:
        broken.files["/file.gz"] = site.files["/file.gz"] = CONTENT
        broken.cuts = [100_000, 0]
        assert download(broken.url, site.url).fetch(tmp_path).read_bytes() == CONTENT
    assert site.asked == [("/file.gz", "bytes=100000-")]


def test_the_second_mirror_answers_when_the_first_has_no_such_file(site: Site, tmp_path: Path) -> None:
    with serving() as empty:
        site.files["/file.gz"] = CONTENT
        assert download(empty.url, site.url).fetch(tmp_path).read_bytes() == CONTENT


def test_a_wrong_file_is_refused_and_leaves_nothing(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT[::-1]
    with pytest.raises(DigestMismatch, match="is not the published file"):
        download(site.url).fetch(tmp_path)
    assert [path.name for path in final(tmp_path).parent.iterdir() if path.suffix != ".lock"] == []


def test_the_second_mirror_answers_when_the_first_has_another_file(site: Site, tmp_path: Path) -> None:
    with serving() as wrong:
        wrong.files["/file.gz"] = b"an error page"
        site.files["/file.gz"] = CONTENT
        assert download(wrong.url, site.url).fetch(tmp_path).read_bytes() == CONTENT


def test_a_beginning_of_another_file_is_thrown_away(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    part = final(tmp_path).with_name("file.gz.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1_000)
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT
    assert site.asked == [("/file.gz", "bytes=1000-"), ("/file.gz", "")]


def test_a_whole_part_needs_no_more_bytes(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    part = final(tmp_path).with_name("file.gz.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT)
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT
    assert len(site.asked) == 1


def test_a_damaged_file_is_fetched_again(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    download(site.url).fetch(tmp_path).write_bytes(CONTENT[:100])
    assert download(site.url).fetch(tmp_path).read_bytes() == CONTENT


def test_without_a_network_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url
    with pytest.raises(SourceUnavailable) as caught:
        download(url, url).fetch(tmp_path)
    assert url in str(caught.value)
    assert "Connect to a network" in str(caught.value)
    assert str(final(tmp_path)) in str(caught.value)


def test_a_full_disk_is_said_and_what_came_is_kept(site: Site, tmp_path: Path) -> None:
    site.files["/file.gz"] = CONTENT
    part = final(tmp_path).with_name("file.gz.part")
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")  # every write to it says that no space is left
    with pytest.raises(CacheNotWritable, match="No space left on device; free some space"):
        download(site.url).fetch(tmp_path)
    assert not final(tmp_path).exists()


def test_a_folder_that_cannot_be_written_is_named(site: Site, readonly: Path) -> None:
    site.files["/file.gz"] = CONTENT
    with pytest.raises(CacheNotWritable, match="Permission denied"):
        download(site.url).fetch(readonly)
