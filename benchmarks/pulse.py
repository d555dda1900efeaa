"""PULSE beside what it should beat: one generator, one thread, CPU seconds of one image after the other.

    python -m benchmarks.pulse [--model sngan-mnist] [--factor 4]... [--set test]... [--images 200] [--few 50]
        [--target 30] [--no-serving]

Two sets of small images: samples of the generator, so that a solution exists, and test images, where it may not. Every
answer is judged alike: in 8 bits, made small again by Pillow. `reference` is the authors' algorithm (Menon et al. 2020)
on the same generator: one random start, 100 steps, its loss clamped at the target, the last iterate; `equal loss` is
our search asked for no more than the reference came to, image by image; `blind` is ours without the latent finder, if
there is one for the model. Diversity is the mean distance (root mean square of pixels) of those of four answers that
converged. What takes longest (the reference, four answers, blind searches) is made of the first `--few` images.
`nearest` draws its 500 images once; its seconds are those of the comparison alone.

Then the server: 16 requests of one search of 100 steps, one after the other and at once, and how long /v1/generate
takes alone and meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import Any, cast

import click
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from app.engine.device import computing
from benchmarks.pulse_serving import served
from benchmarks.report import table
from models.adam import adam, unmoved
from models.capabilities import LatentFinder
from models.checkpoint import load
from models.fidelity import error, mse_of
from models.lattice import LEVELS, quantised
from models.pulse.downscale import downscaled
from models.pulse.search import Budget, search
from models.pulse.solver import LAMBDA_GEOCROSS, LAMBDA_L2, PEAK, geocross, rate
from models.pulse.space import Space, projected, space_of
from models.streams import keys, normal
from training.data import load as load_data

CPU = torch.device("cpu")
HEAD = ("factor", "images", "n", "method", "converged", "median PSNR", "median CPU s", "mean CPU s", "diversity")
STEPS = 100
SETS = ("samples", "test")
RANDOM = 500
SEED = 1  # of searches; samples are of seed 0
Upscale = Callable[[Tensor], Tensor]  # 1 c h w small -> k c h w, the first is the answer


@dataclass(frozen=True)
class Judged:
    """What a method made of a set."""

    psnr: list[float]
    seconds: list[float]
    apart: list[float]


def reference(space: Space, x: Tensor, *, mse: float, number: int) -> Tensor:
    """The authors' loop for one image, and its last iterate; it starts anywhere on the spheres, as theirs does."""
    _, told = space.start(seed=SEED, rows=[number])
    v = projected(normal(keys(SEED, [number]), (sum(space.spheres),)), space.spheres)
    moments = unmoved(v)
    steps = torch.full((1,), STEPS)
    for _ in range(STEPS):
        with torch.enable_grad():
            v = v.detach().requires_grad_()
            images = space.images(v, told)
            loss = LAMBDA_L2 * error(downscaled(images, *x.shape[2:]), x).clamp_min(mse).sum()
            if (styles := space.styles(v)) is not None:
                loss = loss + LAMBDA_GEOCROSS * geocross(styles).sum()
            (gradient,) = torch.autograd.grad(loss, v, allow_unused=True)
        gradient = torch.zeros_like(v) if gradient is None else gradient
        lr = rate(moments.t, steps, PEAK)
        moments, step = adam(moments, gradient)
        v = projected(v.detach() - lr[:, None] * step, space.spheres)
    return quantised(images.detach())


def ours(
    space: Space, x: Tensor, *, mse: float, restarts: int = 8, enough: int = 1, finder: LatentFinder | None = None
) -> Tensor:
    """The answers that /v1/upscale gives."""
    results = search(space, x, seed=SEED, budget=Budget(restarts, enough, STEPS, mse), batch=16, finder=finder)
    return results.found.images[results.of(0)[:enough]]


def drawn(space: Space, *, of: int) -> Tensor:
    """So many of the generator's images."""
    parts = [space.start(seed=SEED, rows=range(first, min(first + 50, of))) for first in range(0, of, 50)]
    return torch.cat([quantised(space.images(*part)) for part in parts])


def nearest(images: Tensor, x: Tensor) -> Tensor:
    """That whose small image is nearest."""
    mse = error(downscaled(images, *x.shape[2:]), x.expand(len(images), -1, -1, -1))
    return images[mse.argmin()][None]


def bicubic(x: Tensor, side: int) -> Tensor:
    """No search at all."""
    large = torch.nn.functional.interpolate(x, size=(side, side), mode="bicubic", align_corners=False)
    return quantised(large)


def bytes_of(x: Tensor) -> np.ndarray:
    """c h w -> h w c, or h w of a grey image."""
    pixels = (x * LEVELS).round().byte().permute(1, 2, 0).numpy()
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels


def psnr_of(large: Tensor, x: Tensor) -> float:
    """Of the answer made small by Pillow, against the small image in 8 bits."""
    height, width = x.shape[1:]
    again = np.asarray(Image.fromarray(bytes_of(large)).resize((width, height), Image.Resampling.BICUBIC))
    mse = np.square((again.astype(float) - bytes_of(x)) / LEVELS).mean()
    return float(-10 * np.log10(max(mse, 1e-10)))


def judged(smalls: Tensor, upscale: Callable[[Tensor, int], Tensor], target: float) -> Judged:
    """One image after the other."""
    found = Judged([], [], [])
    for number, x in enumerate(smalls):
        began = process_time()
        answers = upscale(x[None], number)
        found.seconds.append(process_time() - began)
        psnrs = [psnr_of(each, x) for each in answers]
        found.psnr.append(psnrs[0])
        good = [each for each, psnr in zip(answers, psnrs, strict=True) if psnr >= target]
        found.apart.extend(float((a - b).square().mean().sqrt()) for a, b in combinations(good, 2))
    return found


def line(factor: int, name: str, method: str, found: Judged, target: float) -> list[str]:
    """One row."""
    converged = mean(psnr >= target for psnr in found.psnr)
    apart = f"{mean(found.apart):.3f}" if found.apart else "-"
    return [
        *(str(factor), name, str(len(found.psnr)), method, f"{100 * converged:.1f} %"),
        *(f"{median(found.psnr):.1f}", f"{median(found.seconds):.3f}", f"{mean(found.seconds):.3f}", apart),
    ]


def compare(
    space: Space, large: Tensor, *, factor: int, name: str, target: float, few: int, finder: LatentFinder | None
) -> list[list[str]]:
    """All methods on one set at one factor."""
    side = large.shape[-1]
    smalls = quantised(downscaled(large, side // factor, side // factor))
    mse = mse_of(target + 0.05)  # Pillow rounds what it makes small
    random = drawn(space, of=RANDOM)
    theirs = judged(smalls[:few], lambda x, number: reference(space, x, mse=mse, number=number), target)
    levels = [mse_of(psnr) for psnr in theirs.psnr]

    def searched(some: Tensor, **options: Any) -> Judged:
        return judged(some, lambda x, _: ours(space, x, mse=mse, **options), target)

    rows = {
        "bicubic": judged(smalls, lambda x, _: bicubic(x, side), target),
        f"nearest of {RANDOM}": judged(smalls, lambda x, _: nearest(random, x), target),
        "reference": theirs,
        "ours, equal loss": judged(
            smalls[:few], lambda x, number: ours(space, x, mse=levels[number], finder=finder), target
        ),
        "ours": searched(smalls, finder=finder),
        "ours, four results": searched(smalls[:few], finder=finder, enough=4),
    }
    if finder is not None:
        rows["ours, blind"] = searched(smalls[:few])
    return [line(factor, name, method, found, target) for method, found in rows.items()]


def reals(data: str, like: Tensor, n: int) -> Tensor:
    """Test images of the size of samples."""
    images = load_data(data, split="test", size=like.shape[-1]).images[:n]
    return torch.from_numpy(images).float() / LEVELS


@click.command()
@click.option("--model", default="sngan-mnist", show_default=True)
@click.option(
    "--factor", "factors", type=int, multiple=True, help="Repeat for more.  [default: 4, 7 of 28 px, 8 of others]"
)
@click.option("--set", "names", type=click.Choice(SETS), multiple=True, default=SETS, show_default=True)
@click.option("--images", "count", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--few", type=click.IntRange(min=1), default=50, show_default=True, help="Of what takes longest.")
@click.option("--target", type=float, default=30.0, show_default=True, help="dB.")
@click.option("--weights", type=click.Path(path_type=Path), default=Path("weights"), show_default=True)
@click.option("--searches/--no-searches", default=True, help="The methods.")
@click.option("--serving/--no-serving", default=True, help="The server.")
def main(
    model: str,
    factors: tuple[int, ...],
    names: tuple[str, ...],
    count: int,
    few: int,
    target: float,
    weights: Path,
    searches: bool,
    serving: bool,
) -> None:
    """Prints Markdown."""
    checkpoint = load(weights / model, device=CPU)
    network = checkpoint.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    with computing(CPU), torch.inference_mode(False), torch.no_grad():
        space = space_of(network, CPU)
        starts = weights / f"start-{model}"
        finder = cast(LatentFinder, load(starts, device=CPU).network) if starts.is_dir() else None
        samples = torch.cat([network.sample(network.prior.draw(seed=0, rows=[i]), torch.ones(1)) for i in range(count)])
        if searches:
            data = checkpoint.card.data
            assert data is not None  # noqa: S101 - a trained generator's card names its data
            sets = {"samples": samples, "test": reals(data.name, samples, count)}
            rows = []
            for factor in factors or ((4, 7) if samples.shape[-1] == 28 else (4, 8)):
                for name in names:
                    rows += compare(space, sets[name], factor=factor, name=name, target=target, few=few, finder=finder)
                    click.echo("\n".join(table(HEAD, rows)), err=True)
            click.echo("\n".join(table(HEAD, rows)))
    if serving:
        small = quantised(downscaled(samples[:16], samples.shape[-1] // 4, samples.shape[-1] // 4))
        click.echo("\n" + served(weights, model, [bytes_of(x) for x in small]))


if __name__ == "__main__":
    main()
