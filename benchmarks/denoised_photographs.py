"""Does a guided denoiser (Liao et al. 2018, arXiv:1712.02976) help EfficientNet-lite0? With what photographs there are.

    python -m benchmarks.denoised_photographs --photographs FOLDER [--steps 400]

It is taught by lite0's logits (LGD) on crops of the six photographs that scikit-image bundles, attacked beforehand by
FGSM and by PGD of three steps at 2, 4 and 8 / 255; the paper has 30,000 photographs for that, and caches them as well.
It is judged on photographs that it never saw, those of FOLDER (benchmarks.transfer) which lite0 gets right, under PGD
of 10 steps: grey-box, made on lite0 alone, and adaptive, made through the denoiser.
"""

from dataclasses import dataclass
from pathlib import Path

import click
import torch
from torch import Tensor

from benchmarks.report import table
from benchmarks.transfer import photographs, right
from models.attacks.registry import attack
from models.attacks.rows import rows_of
from models.checkpoint import load
from models.defences.defended import Defended
from models.defences.denoiser import Denoised
from models.families.hgd import HGD, HGDConfig
from models.solver import solve
from models.streams import keys
from models.victim import Bare, Victim
from training.data.images import stacked
from training.imports.sheet import photographs as bundled

SIDE, BATCH, LR = 256, 4, 2e-3
WIDTHS = (8, 16, 24)
MIX = (("fgsm", 1), ("pgd", 3))
RADII = (2, 4, 8)
HEAD = ("eps", "photographs", "attacked", "clean, behind", "grey-box", "adaptive")


@dataclass(frozen=True)
class Examples:
    """Crops as they were, as attacks left them, and lite0's logits of the former."""

    clean: Tensor
    attacked: Tensor
    logits: Tensor


def crops(n: int, generator: torch.Generator) -> Tensor:
    """Squares of half the short side or more, anywhere in a photograph, perhaps mirrored: n 3 SIDE SIDE."""
    pictures, found = bundled(), []
    for number in range(n):
        picture = pictures[number % len(pictures)]
        share, across, down, flip = torch.rand(4, generator=generator).tolist()
        side = int(min(picture.size) * (0.5 + share / 2))
        left, top = int(across * (picture.width - side)), int(down * (picture.height - side))
        crop = picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE))
        x = torch.from_numpy(stacked([crop])).float() / 255
        found.append(x.flip(3) if flip < 0.5 else x)
    return torch.cat(found)


def assaulted(victim: Victim, x: Tensor, y: Tensor, *, name: str, steps: int, eps: int) -> Tensor:
    """What the attack returns, found or not."""
    images: Tensor = solve(attack(name).solver(victim, "linf"), rows_of(x, y, eps=eps, steps=steps), batch=BATCH).x
    return images


def said(victim: Victim, x: Tensor) -> Tensor:
    """Logits, which gradients go through."""
    return victim.logits(x, keys(0, range(len(x))))


@torch.no_grad()
def examples(victim: Bare, n: int) -> Examples:
    """Each crop under one attack, in turn; what lite0 says of it clean stands for its class."""
    clean = crops(n, torch.Generator().manual_seed(0))
    logits = torch.cat([said(victim, part) for part in clean.split(BATCH)])
    attacked = torch.empty_like(clean)
    kinds = [(name, steps, eps) for name, steps in MIX for eps in RADII]
    for place, (name, steps, eps) in enumerate(kinds):
        rows = slice(place, None, len(kinds))
        attacked[rows] = assaulted(victim, clean[rows], logits[rows].argmax(dim=1), name=name, steps=steps, eps=eps)
    return Examples(clean, attacked, logits)


def taught(victim: Bare, data: Examples, *, steps: int) -> HGD:
    """Adam on the distance of lite0's logits of what is left from those of the clean crop; a third of x is clean."""
    torch.manual_seed(0)
    denoiser = HGD(HGDConfig(channels=3, widths=WIDTHS))
    optimizer = torch.optim.Adam(denoiser.parameters(), lr=LR)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = LR * (1 - step / steps)
        rows = torch.randint(len(data.clean), (BATCH,))
        x = torch.where(torch.rand(BATCH, 1, 1, 1) < 1 / 3, data.clean[rows], data.attacked[rows])
        loss = (said(victim, denoiser.denoise(x)) - data.logits[rows]).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            click.echo(f"step {step}: {loss.item():.3f}", err=True)
    return denoiser.eval()


@click.command()
@click.option("--photographs", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--crops", "n", default=96, show_default=True)
@click.option("--steps", default=400, show_default=True)
def main(folder: Path, n: int, steps: int) -> None:
    """Prints a table."""
    torch.set_num_threads(1)
    network = load(Path("weights") / "efficientnet-lite0").network
    network.requires_grad_(False)
    victim = Bare(network)  # type: ignore[arg-type]
    behind = Defended(victim, Denoised(taught(victim, examples(victim, n), steps=steps).requires_grad_(False)))
    x, y = photographs(folder)
    fine = right([victim], x, y)
    x, y = x[fine], y[fine]
    lines = []
    for eps in (2, 4):
        made, through = (assaulted(each, x, y, name="pgd", steps=10, eps=eps) for each in (victim, behind))
        pairs: list[tuple[Victim, Tensor]] = [(victim, made), (behind, x), (behind, made), (behind, through)]
        counts = [right([each], z, y) for each, z in pairs]
        lines.append([f"{eps}/255", str(len(x)), *(str(int(count.sum())) for count in counts)])
    click.echo("\n".join(table(HEAD, lines)))


if __name__ == "__main__":
    main()
