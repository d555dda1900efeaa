"""Every command of docs/api.md works as it stands."""

import re
import shlex
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.steering import digit

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
COMMANDS = [block.replace("\\\n", " ").strip() for block in re.findall(r"```sh\n(.+?)```", PAGE, flags=re.DOTALL)]
ENDPOINTS = re.findall(r"^## .*`POST (.+?)`", PAGE, flags=re.MULTILINE)


@pytest.fixture
def weights(steerable: Path) -> Path:
    """Every model that the page names."""
    return steerable


def parsed(command: str) -> tuple[str, dict[str, Any]]:
    """The path of a curl command, and what it sends."""
    curl, silent, url, *words = shlex.split(command)
    assert (curl, silent) == ("curl", "-s")
    sent: dict[str, Any] = {"headers": {}, "data": {}, "files": {}}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        name, _, given = value.partition(": " if flag == "-H" else "=")
        match flag:
            case "-H":
                sent["headers"][name] = given
            case "-d":
                sent["content"] = value
            case "-F" if given.startswith("@"):
                sent["files"][name] = digit()
            case "-F":
                sent["data"][name] = given
            case _:
                assert flag == "-o"
    return url.removeprefix("localhost:8000"), sent


async def test_every_command_of_the_page_works(client: httpx.AsyncClient) -> None:
    for command in COMMANDS:
        path, sent = parsed(command)
        if "content" in sent or sent["files"]:
            answer = await client.post(path, **sent)
        else:
            answer = await client.get(path)
        assert answer.status_code == 200, (command, answer.text)


def test_every_endpoint_of_the_page_has_a_command() -> None:
    assert len(ENDPOINTS) == 16
    assert {parsed(command)[0] for command in COMMANDS} >= set(ENDPOINTS)
