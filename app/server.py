"""The process around the application: its socket, its signals, and an orderly end."""

import asyncio
import errno
import gc
import socket
from collections.abc import Callable
from math import ceil

import uvicorn
from fastapi import FastAPI

from app.settings import Settings

TICK = 0.1  # seconds between looks at whether a second Ctrl-C asks to leave at once


class AddressRefused(Exception):
    """The address cannot be listened on; the message says why."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; they wait until the server answers. Raises AddressRefused."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise AddressRefused(f"cannot listen on {host}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not to wait a minute after a restart
        listener.bind(address)
        listener.listen(2048)  # bind alone would let a second server in until one of them listens
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressRefused(f"port {port} of {host} is taken; stop what listens there or pass --port") from error
        raise AddressRefused(f"cannot listen on port {port} of {host}: {error.strerror}") from error
    return listener


class Server(uvicorn.Server):
    """Uvicorn, which leaves only after the runtime has finished what it accepted."""

    def __init__(self, app: FastAPI, settings: Settings, *, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,  # ours has the request id and takes half the time
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=ceil(settings.drain_seconds),
            )
        )
        self.app, self.on_ready = app, on_ready
        self.failure: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers from now on, and says when the models are there."""
        await super().startup(sockets)
        self.watch = asyncio.create_task(self.announce())

    async def announce(self) -> None:
        """Calls on_ready, or stops the server when nothing can be loaded."""
        loading: asyncio.Task[None] = self.app.state.loading
        await asyncio.wait({loading})
        if loading.cancelled():
            return
        self.failure = loading.exception()
        if self.failure is not None:
            self.should_exit = True
        elif not self.should_exit:
            gc.collect()
            gc.freeze()  # full collections over torch's modules took 125-150 ms: they were the p99
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Not ready at once; the door stays open while accepted work is finished, so that newcomers are told why."""
        drain = asyncio.create_task(self.app.state.runtime.drain())
        while not drain.done() and not self.force_exit:
            await asyncio.wait({drain}, timeout=TICK)
        await super().shutdown(sockets)
