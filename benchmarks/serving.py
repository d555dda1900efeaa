"""How much of the machine's speed a client gets: images a second and latency of the real server.

    python -m benchmarks.serving [--model sngan-mnist] [--quick] [--images 16] [--out serving.json]

The server runs as a user runs it (`python -m app`); its load comes from another process over loopback. Each request
asks for `--images` images without a seed, or sends as many to a translator that nobody has sent before, so no answer is
kept; a translator is sent noise, which takes longest to decode and to encode. Beside it, in the same run, stands what
the same network gives in bare threads: forward and encode, as many threads as the server has lanes, at the best batch
size. Client and server share the machine's cores, so the client's part is told.
"""

import platform
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
import orjson
import torch

from app.engine.device import cores
from benchmarks import raw
from benchmarks.figures import Load, Round
from benchmarks.report import markdown
from benchmarks.requests import request_of
from benchmarks.server import Server, running
from models.capabilities import Sampler, Translator
from models.checkpoint import Checkpoint
from models.checkpoint import load as load_checkpoint

CLIENTS = (1, 16, 64)


def load(server: Server, request: bytes, *, images: int, clients: int, seconds: float) -> Load:
    """So many clients for so long; an answer has so many images."""
    command = [sys.executable, "-m", "benchmarks.client", str(server.port), str(clients), str(seconds)]
    before = server.cpu_seconds()
    client = subprocess.run(  # noqa: S603 - our own client
        command, check=True, input=request, stdout=subprocess.PIPE, timeout=10 * seconds + 60
    )
    used = server.cpu_seconds() - before
    answer = orjson.loads(client.stdout)
    if not answer["latencies"]:
        raise click.ClickException(f"{clients} clients: no request of {images} images ended in {seconds:g} s")
    p50, p99 = np.percentile(np.array(answer["latencies"]) * 1000, [50, 99])
    return Load(
        clients=clients,
        images_per_second=images * len(answer["latencies"]) / answer["seconds"],
        p50_ms=float(p50),
        p99_ms=float(p99),
        cpu_ms=1000 * used / (images * len(answer["latencies"])),
        client_cores=answer["cores"],
    )


def checkpoint(folder: Path) -> Checkpoint:
    """One that makes images of nothing, or of images."""
    found = load_checkpoint(folder)
    if not isinstance(found.network, Sampler | Translator):
        raise click.ClickException(
            f"{folder} neither samples nor translates; it is {', '.join(found.card.capabilities)}"
        )
    return found


def play(weights: Path, model: str, *, images: int, lanes: int, rounds: int, seconds: float) -> list[Round]:
    """Rounds one after the other, so that a busy neighbour harms the raw rate and the server alike."""
    request = request_of(checkpoint(weights / model), images=images)
    with running(weights, lanes=lanes) as server:
        load(server, request, images=images, clients=CLIENTS[-1], seconds=min(1.0, seconds))  # warm
        return [
            Round(
                raws=raw.measure(weights / model, lanes=lanes, seconds=seconds / 4),
                loads=[load(server, request, images=images, clients=clients, seconds=seconds) for clients in CLIENTS],
            )
            for _ in range(rounds)
        ]


def machine() -> dict[str, str | int]:
    """What the figures depend on besides the code."""
    names = [
        line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "name" in line
    ]
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": cores(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "kernels": torch.backends.cpu.get_cpu_capability(),
    }


@click.command()
@click.option("--weights", type=click.Path(exists=True, path_type=Path), default="weights", show_default=True)
@click.option("--model", default="sngan-mnist", show_default=True)
@click.option("--images", type=click.IntRange(min=1), default=1, show_default=True, help="Images a request.")
@click.option("--lanes", type=int, default=cores(), help="Default: one a core.")
@click.option("--rounds", type=int, default=3, show_default=True)
@click.option("--seconds", type=float, default=4.0, show_default=True, help="Of each load.")
@click.option("--quick", is_flag=True, help="One short round: does it work at all?")
@click.option("--out", type=click.Path(path_type=Path), help="Write every figure as JSON, too.")
def main(
    weights: Path, model: str, images: int, lanes: int, rounds: int, seconds: float, quick: bool, out: Path | None
) -> None:
    """Measures the server and prints a table in Markdown; takes about half a minute a round."""
    if quick:
        rounds, seconds = 1, 0.5
    if not (weights / model).is_dir():
        raise click.ClickException(f"{weights / model} is no checkpoint; train one, or pass --weights and --model")
    done = play(weights, model, images=images, lanes=lanes, rounds=rounds, seconds=seconds)
    facts = {"model": model, "images": images, "lanes": lanes, "rounds": rounds, "seconds": seconds} | machine()
    if out is not None:
        report = {"facts": facts, "rounds": [asdict(each) for each in done]}
        out.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    click.echo(markdown(facts, done))


if __name__ == "__main__":
    main()
