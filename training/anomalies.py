"""What the recipes of anomaly detection share: the sheet, and the figures of the card."""

import torch
from torch import nn

from models.capabilities import AnomalyScorer
from models.tensors import Images
from training.data import Dataset

SHOWN = 33  # images of the sheet: each with its reconstruction and its heat
WHOLE = 17  # of them as they are; the others have a square in negative


def examples(data: Dataset) -> Images:
    """Training images, the later ones each with a square whose levels are turned round."""
    rows = torch.arange(SHOWN) * len(data) // SHOWN
    x = torch.from_numpy(data.images[rows.numpy()]).float() / 255
    side = data.size // 4
    places = torch.Generator().manual_seed(0)
    for image in x[WHOLE:]:
        top, left = torch.randint(side // 2, data.size - side - side // 2, (2,), generator=places).tolist()
        part = image[:, top : top + side, left : left + side]
        part.copy_(1 - part)
    return x


def sheet(network: nn.Module, x: Images) -> Images:
    """Each image, what it would be if it were normal, and its heat, white where that is at full scale."""
    assert isinstance(network, AnomalyScorer)  # noqa: S101 - every family of these recipes is one
    found = network.inspect(x)
    heat = (found.heat / network.full_scale).clamp(0, 1)[:, None].expand_as(x)
    shown = torch.stack([x, found.reconstruction, heat], dim=1)
    return torch.cat([shown.flatten(0, 1), torch.ones_like(x[:1])])


def mirrored_at_random(x: Images, flips: torch.Tensor) -> Images:
    """Each image mirrored left to right where its flip is below a half."""
    turned: Images = torch.where(flips[:, None, None, None] < 0.5, x.flip(3), x)
    return turned


def measure(network: nn.Module, *, data: str, size: int, command: str, samples: tuple[int, ...]) -> tuple[object, ...]:  # noqa: ARG001
    """The card's metrics, on all test images; none where none of them is anomalous, as with a user's own."""
    from training.evaluation import measure_anomaly

    return measure_anomaly(network, data=data, size=size, command=command)
