import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.accept import choose

OFFERS = ("image/png", "application/json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "image/png"),
        ("*/*", "image/png"),
        ("application/json", "application/json"),
        ("APPLICATION/JSON", "application/json"),
        ("application/*", "application/json"),
        ("text/html", None),
        ("text/html, */*;q=0.1", "image/png"),
        ("image/png;q=0.5, application/json", "application/json"),
        ("image/png;q=0.5, application/json;q=0.5", "image/png"),
        ("*/*, image/png;q=0", "application/json"),  # the closest range decides, even when it forbids
        ("image/png;q=0, application/json;q=0", None),
        ("*/*;q=0", None),
        ("image/*;q=0.1, */*;q=0.9", "application/json"),
        ("application/json;charset=utf-8", "application/json"),
        ("application/json; q = 0.3, image/png ;q=0.2", "application/json"),
        ("nonsense, application/json", "application/json"),
        ("*/png, application/json", "application/json"),
        ("image/png;q=much, application/json;q=0.1", "application/json"),
        ("image/png;q=7, application/json;q=0.1", "application/json"),
        ("image/png;q=nan, application/json;q=0.1", "application/json"),
        ("nonsense", None),
        (",,,", None),
    ],
)
def test_accept_is_read_as_rfc_9110_says(accept: str, chosen: str | None) -> None:
    assert choose(accept, OFFERS) == chosen


@given(accept=st.text(alphabet="*/;=,q0.15 \tapplicationjsonimagepng", max_size=60))
def test_whatever_is_sent_there_is_an_answer(accept: str) -> None:
    assert choose(accept, OFFERS) in (*OFFERS, None)
