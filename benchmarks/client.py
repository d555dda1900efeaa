"""A closed-loop HTTP client that costs little: N connections, each asking again as soon as it is answered.

    python -m benchmarks.client PORT CLIENTS SECONDS < REQUEST

REQUEST is the whole of it, in bytes. Where MARK stands in it every request has a number of its own, so that no answer
is kept. Prints one line of JSON: the latencies in seconds, and the share of a core that the client itself took.
"""

import asyncio
import sys
from itertools import count
from time import perf_counter, process_time, time_ns
from typing import cast

import orjson
import uvloop

END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length: "
MARK = b"<the-number-of-the-request>"
NUMBERS = count(time_ns())  # a later client of the same server begins behind this one


class Connection(asyncio.Protocol):
    """One keep-alive connection. It reads no more of an answer than its status and length."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.latencies: list[float] = []
        self.buffer = b""
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the first time."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own, of no common class
        self.ask()

    def ask(self) -> None:
        """Sends the request."""
        self.asked = perf_counter()
        self.transport.write(self.request.replace(MARK, b"%0*d" % (len(MARK), next(NUMBERS))))

    def data_received(self, data: bytes) -> None:
        """Asks again once the answer is whole. Ends the run when it is none."""
        self.buffer += data
        head = self.buffer.find(END)
        if head < 0:
            return
        if not self.buffer.startswith(b"HTTP/1.1 200 "):
            self.closed.set_exception(RuntimeError(self.buffer.decode(errors="replace")))
            self.transport.abort()
            return
        start = self.buffer.index(LENGTH) + len(LENGTH)
        length = int(self.buffer[start : self.buffer.index(b"\r", start)])
        if len(self.buffer) >= head + len(END) + length:
            self.latencies.append(perf_counter() - self.asked)
            self.buffer = b""
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server closed it, or the run is over."""
        if not self.closed.done():
            self.closed.set_result(exc)


async def drive(port: int, clients: int, seconds: float, request: bytes) -> dict[str, object]:
    """So many clients for so long."""
    loop = asyncio.get_running_loop()
    cpu, started = process_time(), perf_counter()
    pairs = [await loop.create_connection(lambda: Connection(request), "127.0.0.1", port) for _ in range(clients)]
    connections = [connection for _, connection in pairs]
    await asyncio.wait([each.closed for each in connections], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    elapsed, cpu = perf_counter() - started, process_time() - cpu
    for each in connections:
        if each.closed.done():  # nobody closes a connection during a run
            raise RuntimeError(f"the server closed a connection: {each.closed.result()}")
        each.transport.abort()
    latencies = [latency for each in connections for latency in each.latencies]
    return {"seconds": elapsed, "latencies": latencies, "cores": cpu / elapsed}


if __name__ == "__main__":
    port, clients, seconds = sys.argv[1:]
    answer = uvloop.run(drive(int(port), int(clients), float(seconds), sys.stdin.buffer.read()))
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
