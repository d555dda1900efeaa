"""A small world to attack in: 6 px images of three classes and a network that tells them apart."""

from functools import cache

import torch
from torch import nn

from models.attacks.rows import Rows, rows_of
from models.lattice import quantised
from models.tensors import Images, Labels, Logits
from models.victim import Bare

SIDE, CLASSES = 6, 4


class Small(nn.Module):
    """A convolution and a linear layer, smooth so that every row has a gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.head = nn.Linear(8 * SIDE * SIDE, CLASSES)

    def classify(self, x: Images) -> Logits:
        logits: Logits = self.head(torch.tanh(self.conv(2 * x - 1)).flatten(1))
        return logits


def images(n: int, *, seed: int = 0) -> tuple[Images, Labels]:
    """Noise with one bright quarter, which is the class; eight bits, pixels at exactly 0 and 1 among them."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % CLASSES
    x = 0.5 * torch.rand(n, 1, SIDE, SIDE, generator=generator)
    for row, label in enumerate(y.tolist()):
        top, left = divmod(label, 2)
        x[row, 0, 3 * top : 3 * top + 3, 3 * left : 3 * left + 3] += 0.35
    return quantised((x - 0.1) * 1.3), y


@cache
def victim() -> Bare:
    """Trained to the end on such images."""
    with torch.random.fork_rng(devices=[]), torch.enable_grad():  # wherever it is first asked for
        torch.manual_seed(0)
        network = Small()
        x, y = images(64, seed=1)
        for _ in range(60):  # by hand: torch's optimisers take seconds to import
            loss = nn.functional.cross_entropy(network.classify(x), y)
            for weight, gradient in zip(
                network.parameters(), torch.autograd.grad(loss, [*network.parameters()]), strict=True
            ):
                weight.data -= 0.3 * gradient
    return Bare(network.eval().requires_grad_(False))


def rows(n: int = 8, *, eps: float = 40, steps: int = 10, targeted: bool = False, **options: object) -> Rows:
    """Rows that the victim gets right, all but the last."""
    x, y = images(n, seed=2)
    y = y.clone()
    y[-1] = (y[-1] + 1) % CLASSES
    target = (y + 2) % CLASSES if targeted else None
    return rows_of(x, y, eps=eps, steps=steps, target=target, **options)  # type: ignore[arg-type]


def same(one: object, other: object) -> bool:
    """Whether two dataclasses of tensors hold the same bits."""
    return all(torch.equal(value, getattr(other, name)) for name, value in vars(one).items())
