import pytest

from app.security.loopback import is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "::1",
        "[::1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "::ffff:127.0.0.1",
    ],
)
def test_loopback_is_known_by_every_name(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["::", "", "0.0.0.0", "10.0.0.1", "192.168.1.2", "example.org", "localhost.example.org", "127.0.0.1.nip.io",  # noqa: S104
     "128.0.0.1", "127.1", "2130706433", "::ffff:10.0.0.1", "notlocalhost"],
)  # fmt: skip
def test_nothing_else_passes_for_loopback(host: str) -> None:
    assert not is_loopback(host)
