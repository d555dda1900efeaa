"""`python -m app`: serve the models of a weights folder. Mistakes are told before the seconds that torch takes."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
from pydantic import ValidationError

from app.security.loopback import is_loopback
from app.settings import Settings


class Refused(click.ClickException):
    """Something that the person who starts the server can put right."""

    exit_code = 2


def help_of(name: str) -> str:
    """A setting's description, and the variable that sets it too."""
    return f"{Settings.model_fields[name].description} [ZEROSUM_{name.upper()}]"


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--host", help=help_of("host"))
@click.option("--port", type=int, help=help_of("port"))
@click.option("--device", help=help_of("device"))
@click.option("--workers", type=int, help=help_of("workers"))
@click.option("--weights", type=click.Path(path_type=Path), help=help_of("weights"))
def main(**flags: Any) -> None:
    """Serves the models under the weights folder over HTTP, until Ctrl-C or SIGTERM.

    Every setting has a ZEROSUM_ variable; a flag wins over it. docs/settings.md lists them all.
    """
    settings = read_settings({name: value for name, value in flags.items() if value is not None})
    refuse_exposure(settings)
    if not settings.weights.is_dir():
        raise Refused(f"{settings.weights} is no folder; pass --weights or set ZEROSUM_WEIGHTS")
    from app.server import AddressRefused, listen

    try:
        listener = listen(settings.host, settings.port)
    except AddressRefused as error:
        raise Refused(str(error)) from error
    on_stop(lambda *_: os._exit(0))  # an exception would get lost somewhere in torch's imports
    click.echo(f"Loading the models in {settings.weights} …")
    run(settings, listener)


def read_settings(flags: dict[str, Any]) -> Settings:
    """Flags over ZEROSUM_* over defaults. Raises Refused, naming the variable."""
    try:
        return Settings(**flags)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        source = f"--{name}" if name in flags else f"ZEROSUM_{name.upper()}"
        raise Refused(f"{source}: {first['msg']}") from error


def refuse_exposure(settings: Settings) -> None:
    """Raises Refused where strangers could reach a server that has no key."""
    if settings.api_key is None and not is_loopback(settings.host):
        raise Refused(
            f"{settings.host} can be reached from other machines, so a key is needed: set ZEROSUM_API_KEY, "
            "or listen on 127.0.0.1"
        )


def run(settings: Settings, listener: socket.socket) -> None:
    """Serves until told to stop. Raises Refused when nothing can be loaded."""
    from app.main import create_app
    from app.observability.logs import configure_logs
    from app.server import Server
    from models.errors import ZerosumError

    configure_logs(settings)
    app = create_app(settings)
    server = Server(app, settings, on_ready=lambda: welcome(app.state.runtime, url(settings.host, listener)))
    on_stop(server.handle_exit)  # until uvicorn listens to signals, and again when it repeats the one that stopped it
    server.run(sockets=[listener])
    if isinstance(server.failure, ZerosumError):
        raise Refused(str(server.failure))
    if server.failure is not None:
        raise server.failure


def on_stop(handler: Callable[[int, FrameType | None], None]) -> None:
    """What Ctrl-C and SIGTERM do from now on."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, handler)


def url(host: str, listener: socket.socket) -> str:
    """Where a browser on this machine finds the server."""
    name = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104 - compared, not listened on
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"


def welcome(runtime: Any, url: str) -> None:
    """What the person who started the server wants to read."""
    click.echo(f"Serving {', '.join(sorted(runtime.checkpoints)) or 'no models'}.")
    for reason in runtime.failed.values():
        click.echo(f"Not served: {reason}")
    click.echo(f"  start page   {url}/\n  API          {url}/docs\nCtrl-C stops.")


if __name__ == "__main__":
    main(prog_name="python -m app")
