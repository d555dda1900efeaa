"""How fast a recipe trains beside plain code of the same networks.

    python -m benchmarks.training [--recipe dcgan-mnist]... [--steps 20] [--rounds 5] [--threads 1]
    python -m benchmarks.training --recipe cyclegan --steps 3

"plain" is the loop that tutorials and PyTorch-GAN have: float32, torch's default memory layout, a DataLoader, G's
backward pass through all of D's weights. "recipe" is one step of ours as `zerosum train --preset cpu` makes it, with
its precision, its augmentation and its moving average. For CycleGAN, plain is the loop of
pytorch-CycleGAN-and-pix2pix on networks of equal width. Both draw the same batch from the same images and take turns in
one process; the ratio is of CPU time, which a busy neighbour disturbs less than the clock.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.plain_cyclegan import plain_cyclegan
from benchmarks.report import spread, table
from models.families import dcgan, sngan
from training.cluster import Cluster
from training.data import Dataset, load
from training.loop import Options, Session
from training.recipe import Preset
from training.recipes import preset, recipe

Step = Callable[[], object]
HEAD = ("recipe", "batch", "plain, CPU ms a step", "recipe, CPU ms a step", "times as fast")


def compared(name: str, size: str) -> Preset:
    """A preset for both sides, without end; SN-GAN without its clusters, of which plain code knows nothing."""
    chosen = preset(recipe(name), size)
    config = replace(chosen.config, clusters=0) if name == "sngan-mnist" else chosen.config
    return replace(chosen, plan=replace(chosen.plan, steps=10**9), config=config)


def networks(name: str, chosen: Preset, data: Dataset) -> tuple[nn.Module, nn.Module, int]:
    """G and D of a recipe, new, and the dimension of z."""
    c = chosen.config
    if name == "dcgan-mnist":
        G = dcgan.Generator(dcgan.DCGANConfig(c.latent_dim, c.g_width, data.channels))
        return G, dcgan.Discriminator(channels=data.channels, width=c.d_width, batch_norm=True), c.latent_dim
    G_sn = sngan.Generator(sngan.SNGANConfig(c.latent_dim, c.g_width, data.channels))
    return G_sn, sngan.Discriminator(channels=data.channels, width=c.d_width, gain=c.gain), c.latent_dim


def batches(data: Dataset, size: int) -> Iterator[Tensor]:
    """Shuffled for ever, by torch's own loader."""
    loader = DataLoader(
        TensorDataset(torch.from_numpy(data.images).float() / 255), batch_size=size, shuffle=True, drop_last=True
    )
    while True:
        for (x,) in loader:
            yield x


def plain(name: str, chosen: Preset, data: Dataset) -> Step:
    """One step of the plain loop."""
    if recipe(name).family == "cyclegan":
        return plain_cyclegan(chosen, data)
    G, D, latent_dim = networks(name, chosen, data)
    opt_g, opt_d = (Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in (G, D))
    real = batches(data, chosen.plan.batch_size)

    def step() -> None:
        x = next(real)
        ones, zeros = torch.ones(len(x)), torch.zeros(len(x))
        opt_g.zero_grad()
        fake = G(torch.randn(len(x), latent_dim))
        functional.binary_cross_entropy_with_logits(D(fake), ones).backward()
        opt_g.step()
        opt_d.zero_grad()
        on_real = functional.binary_cross_entropy_with_logits(D(x), ones)
        on_fake = functional.binary_cross_entropy_with_logits(D(fake.detach()), zeros)
        ((on_real + on_fake) / 2).backward()
        opt_d.step()

    return step


def ours(name: str, chosen: Preset, data: Dataset, run: Path) -> Step:
    """One step of the recipe in the loop."""
    return Session(recipe(name), chosen, data, Cluster(0, 1, torch.device("cpu")), Options(run)).step


def milliseconds(step: Step, steps: int) -> float:
    """CPU time of a step."""
    start = time.process_time()
    for _ in range(steps):
        step()
    return 1000 * (time.process_time() - start) / steps


@click.command()
@click.option("--recipe", "names", multiple=True, default=("dcgan-mnist", "sngan-mnist"), show_default=True)
@click.option("--steps", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--quick", is_flag=True, help="One short round of small networks: does it work at all?")
def main(names: tuple[str, ...], steps: int, rounds: int, threads: int, quick: bool) -> None:
    """Prints a table in Markdown; a minute or two a recipe."""
    torch.set_num_threads(threads)
    rows = []
    for name in names:
        chosen = compared(name, "smoke" if quick else "cpu")
        data = load(recipe(name).data, size=recipe(name).size)
        with TemporaryDirectory() as folder:
            pair = plain(name, chosen, data), ours(name, chosen, data, Path(folder))
            for step in pair:
                milliseconds(step, 1 if quick else 3)  # warm
            times = [[milliseconds(step, steps if not quick else 1) for step in pair] for _ in range(rounds)]
        rows.append(
            (
                name,
                str(chosen.plan.batch_size),
                *(spread((each[i] for each in times), 1) for i in (0, 1)),
                spread((a / b for a, b in times), 2),
            )
        )
    click.echo(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, {threads} threads\n")
    click.echo("\n".join(table(HEAD, rows)))


if __name__ == "__main__":
    main()
