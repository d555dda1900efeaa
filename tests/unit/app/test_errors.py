import importlib
import re
from collections.abc import Iterator

import pytest

import app
import models
from app import errors
from app.problems import FRAMEWORK, INPUT_INVALID, INTERNAL, PROBLEMS, Kind, kind_of
from models.errors import CheckpointError, ZerosumError
from tests.unit.app.modules import modules_of


def leaves(cls: type[ZerosumError]) -> Iterator[type[ZerosumError]]:
    """The errors that are really raised: those of app and models that have no kinds of their own."""
    ours = [each for each in cls.__subclasses__() if each.__module__.split(".")[0] in ("app", "models")]
    if not ours:
        yield cls
    for each in ours:
        yield from leaves(each)


def test_every_error_has_a_problem_type() -> None:
    for name in [*modules_of(app), *modules_of(models)]:
        importlib.import_module(name)
    assert set(leaves(ZerosumError)) == set(PROBLEMS)


def test_slugs_are_unique_and_never_change_their_shape() -> None:
    slugs = [kind.slug for kind in (*PROBLEMS.values(), *FRAMEWORK.values(), INPUT_INVALID, INTERNAL)]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)


def test_the_docstring_draws_the_whole_tree() -> None:
    drawn = set(re.findall(r"── (\w+)", str(errors.__doc__)))
    assert drawn == {name for name, each in vars(errors).items() if isinstance(each, type)} - {"ZerosumError"}


def test_an_error_that_is_no_clients_business_has_no_problem() -> None:
    with pytest.raises(CheckpointError, match="secret"):
        kind_of(CheckpointError("secret path"))


def test_a_subclass_shares_the_problem_of_its_base() -> None:
    class Special(errors.ModelUnknown): ...

    assert kind_of(Special("x")) == Kind("model-unknown", "No such model", 404)
