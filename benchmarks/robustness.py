"""A digit classifier under the fixed protocol of models/robustness, with its flags.

    python -m benchmarks.robustness [--model cnn-mnist-pgd] [--protocol standard] [--images 160] [--skip apgd-t]

The images are test digits that the network gets right, as in benchmarks.attacks; CPU seconds are of one thread.
"""

import time
from dataclasses import replace
from pathlib import Path

import click
import torch

from benchmarks.attacks import Logits, digits
from benchmarks.report import table
from models.checkpoint import load
from models.robustness.evaluate import Line, Report, evaluated
from models.robustness.interval import Share
from models.robustness.protocol import PROTOCOLS, protocol
from models.victim import Bare

HEAD = ("attack", "tried", "broke", "left", "95 %", "forwards", "backwards", "CPU s")


def interval(share: Share) -> str:
    """As per cent."""
    low, high = share.interval
    return f"{100 * low:.1f}-{100 * high:.1f} %"


def cells(line: Line, seconds: float) -> list[str]:
    """One attack."""
    left = f"{line.left.k} of {line.left.n}"
    passes = [f"{each:.0f}" for each in (line.forwards, line.backwards)]
    return [line.attack, str(line.tried), str(line.broken), left, interval(line.left), *passes, f"{seconds:.1f}"]


@click.command()
@click.option("--model", default="cnn-mnist-pgd", help="A classifier of 28 px digits under weights/.")
@click.option("--protocol", "name", default="standard", type=click.Choice([each.name for each in PROTOCOLS]))
@click.option("--images", default=160)
@click.option("--eps", default=76, help="Radius in 1/255 in L-inf.")
@click.option("--skip", multiple=True, help="An attack of the protocol that is left out.")
def main(model: str, name: str, images: int, eps: int, skip: tuple[str, ...]) -> None:
    """Prints a table, the curve and the flags."""
    torch.set_num_threads(1)
    network = load(Path("weights") / model).network
    x, y = digits(images, Logits(network).eval())
    whole = protocol(name)
    used = replace(whole, linf=tuple(each for each in whole.linf if each.attack not in skip))
    click.echo("\n".join(table(HEAD, [])))
    started = time.process_time()
    for news in evaluated(Bare(network), x, y, protocol=used, norm="linf", eps=eps):  # type: ignore[arg-type]
        if isinstance(news, Report):
            curve = ", ".join(f"{at}: {100 * share.value:.1f} %" for at, share in news.curve)
            click.echo(f"\nPGD alone, by eps: {curve}")
            click.echo("\n".join(f"{flag.sign}: {flag.words}" for flag in news.flags) or "no flags")
        else:
            click.echo(table(HEAD, [cells(news, time.process_time() - started)])[2])
            started = time.process_time()


if __name__ == "__main__":
    main()
