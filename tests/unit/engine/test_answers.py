from hypothesis import given
from hypothesis import strategies as st

from app.engine.answers import Answers


def test_an_answer_is_kept_as_it_was() -> None:
    answers = Answers(10)
    answers.put("a", b"12345")
    assert answers.get("a") == b"12345"
    assert answers.get("b") is None


def test_the_least_recently_asked_for_leaves_first() -> None:
    answers = Answers(10)
    answers.put("a", b"12345")
    answers.put("b", b"12345")
    answers.get("a")
    answers.put("c", b"1")
    assert [answers.get(name) for name in "abc"] == [b"12345", None, b"1"]


def test_an_answer_larger_than_the_bound_displaces_nothing() -> None:
    answers = Answers(10)
    answers.put("a", b"1")
    answers.put("b", b"12345678901")
    assert [answers.get(name) for name in "ab"] == [b"1", None]


@given(puts=st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=60))), bound=st.integers(0, 100))
def test_no_more_bytes_are_kept_than_the_bound_allows(puts: list[tuple[int, bytes]], bound: int) -> None:
    answers = Answers(bound)
    bodies: dict[int, bytes] = {}
    for name, body in puts:
        body = bodies.setdefault(name, body)  # equal names have equal bodies
        answers.put(str(name), body)
        kept = {key: answers.get(str(key)) for key in bodies}
        assert answers.bytes == sum(len(found) for found in kept.values() if found is not None) <= bound
        assert all(found in (None, bodies[key]) for key, found in kept.items())
