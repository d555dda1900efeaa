"""A sheet of what PULSE finds: truth, small, bicubic, the reference's last iterate, and four answers of ours.

python -m benchmarks.pulse_figure [--model sngan-mnist] [--factor 4] [--rows 8] --out docs/results/pulse.png
"""

from pathlib import Path
from typing import cast

import click
import torch
import torch.nn.functional as functional
from torch import Tensor

from app import codec
from app.engine.device import computing
from benchmarks.pulse import CPU, bicubic, ours, reals, reference
from models.capabilities import LatentFinder
from models.checkpoint import load
from models.fidelity import mse_of
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.space import space_of

RESULTS = 4


@click.command()
@click.option("--model", default="sngan-mnist", show_default=True)
@click.option("--factor", type=int, default=4, show_default=True)
@click.option("--rows", type=click.IntRange(min=1), default=8, show_default=True)
@click.option("--target", type=float, default=30.0, show_default=True, help="dB.")
@click.option("--weights", type=click.Path(path_type=Path), default=Path("weights"), show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(model: str, factor: int, rows: int, target: float, weights: Path, out: Path) -> None:
    """Writes a PNG, twice as large as the images are."""
    checkpoint = load(weights / model, device=CPU)
    network = checkpoint.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mse, data = mse_of(target + 0.05), checkpoint.card.data
    with computing(CPU), torch.inference_mode(False), torch.no_grad():
        space = space_of(network, CPU)
        finder = cast(LatentFinder, load(weights / f"start-{model}", device=CPU).network)
        like = space.images(*space.start(seed=0, rows=[0]))
        images = reals(data.name, like, 10**6)
        sheet: list[Tensor] = []
        for number in range(rows):
            large = images[number * len(images) // rows][None]
            side = large.shape[-1]
            x = quantised(downscaled(large, side // factor, side // factor))
            theirs = reference(space, x, mse=mse, number=number)
            mine = ours(space, x, mse=mse, restarts=2 * RESULTS, enough=RESULTS, finder=finder)
            shown = functional.interpolate(x, size=(side, side), mode="nearest")
            sheet += [large, shown, bicubic(x, side), theirs, *mine.split(1)]
    pixels = codec.grid(
        codec.to_uint8(functional.interpolate(torch.cat(sheet), scale_factor=2)).numpy(), columns=4 + RESULTS
    )
    out.write_bytes(codec.pngs(pixels)[0])
    click.echo(out)


if __name__ == "__main__":
    main()
