import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.observability.logs import configure_logs
from app.settings import Settings

SECRET = "correct horse"  # noqa: S105 - a local variable that must not be printed


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """The log of the process that runs the tests is left alone."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def fail() -> None:
    password = SECRET
    raise RuntimeError(f"of {len(password)} characters")


def test_json_is_one_object_a_line_from_us_and_from_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger().info("ours", ms=1.5)
        logging.getLogger("library").warning("theirs")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["level"], ours["ms"], ours["request_id"]) == ("ours", "info", 1.5, "abc")
    assert (theirs["event"], theirs["level"], theirs["request_id"]) == ("theirs", "warning", "abc")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_exception_is_told_with_its_cause_and_without_its_variables(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(Settings.model_validate({"log_format": log_format}))
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("went wrong")
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "of 13 characters" in said
    assert SECRET not in said


def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_level="warning"))
    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger().warning("loud")
    assert len(capsys.readouterr().err.splitlines()) == 1
