import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()
ROWS = dict(re.findall(r"^\| `(ZEROSUM_\w+)` \| (.+?) \|", PAGE, flags=re.MULTILINE))


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(ROWS) == {f"ZEROSUM_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_documented_default_is_the_default(name: str) -> None:
    default = Settings.model_fields[name].default
    documented = ROWS[f"ZEROSUM_{name.upper()}"]
    if default is None:
        assert "`" not in documented
    else:
        assert type(default)(documented.strip("`")) == default


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_PORT", "9000")
    assert Settings().port == 9000
    assert Settings(port=9001).port == 9001


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_a_key_is_never_printed() -> None:
    assert "correct horse" not in repr(Settings(api_key="correct horse battery staple"))


def test_an_empty_variable_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_API_KEY", "")
    assert Settings().api_key is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": "tpu"},
        {"workers": 0},
        {"port": 65536},
        {"deadline_seconds": float("inf")},
        {"drain_seconds": 0},
        {"api_key": "short"},
        {"log_level": "loud"},
        {"no_such_setting": 1},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)
