import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from app.__main__ import Refused, main, read_settings, refuse_exposure, url, welcome
from app.server import AddressRefused, listen
from app.settings import Settings

KEY = SecretStr("correct horse battery staple")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket on a port that was free."""
    with listen("127.0.0.1", 0) as listener:
        yield listener


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def test_help_names_every_flag_with_its_variable() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for name in ("host", "port", "device", "workers", "weights"):
        assert f"--{name} " in said
        assert f"ZEROSUM_{name.upper()}]" in said


def test_a_missing_folder_is_refused_with_exit_code_2(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--weights", str(tmp_path / "none")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no folder" in done.stderr


def test_a_taken_port_is_refused_with_exit_code_2(listener: socket.socket, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--weights", str(tmp_path), "--port", str(port_of(listener))])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"port {port_of(listener)} of 127.0.0.1 is taken" in done.stderr


def test_a_flag_wins_over_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_PORT", "9000")
    assert read_settings({}).port == 9000
    assert read_settings({"port": 9001}).port == 9001


def test_a_wrong_value_is_named_by_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"^--workers: "):
        read_settings({"workers": 0})
    monkeypatch.setenv("ZEROSUM_MAX_IMAGES", "many")
    with pytest.raises(Refused, match=r"^ZEROSUM_MAX_IMAGES: "):
        read_settings({})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2"])  # noqa: S104 - refused, that is the point
def test_only_a_key_opens_the_server_to_other_machines(host: str) -> None:
    refuse_exposure(Settings(host=host, api_key=KEY))
    with pytest.raises(Refused, match="a key is needed"):
        refuse_exposure(Settings(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "::1", "localhost"])
def test_loopback_needs_no_key(host: str) -> None:
    refuse_exposure(Settings(host=host))


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost"), ("::", "localhost"), ("::1", "[::1]")],  # noqa: S104
)
def test_the_printed_url_works_in_a_browser(host: str, shown: str, listener: socket.socket) -> None:
    assert url(host, listener) == f"http://{shown}:{port_of(listener)}"


def test_a_port_is_taken_from_the_moment_it_was_asked_for(listener: socket.socket) -> None:
    with pytest.raises(AddressRefused, match="is taken"):
        listen("127.0.0.1", port_of(listener))


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(AddressRefused, match=r"^cannot listen on port 0 of 192\.0\.2\.1: "):
        listen("192.0.2.1", 0)


def test_a_name_that_means_nothing_is_told() -> None:
    with pytest.raises(AddressRefused, match=r"^cannot listen on host\.invalid: "):
        listen("host.invalid", 0)


def test_the_welcome_says_what_is_served_what_is_not_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    runtime = SimpleNamespace(checkpoints={"b": 1, "a": 2}, failed={"c": "c: there is no card.json"})
    welcome(runtime, "http://localhost:8000")
    assert capsys.readouterr().out.splitlines() == [
        "Serving a, b.",
        "Not served: c: there is no card.json",
        "  start page   http://localhost:8000/",
        "  API          http://localhost:8000/docs",
        "Ctrl-C stops.",
    ]
