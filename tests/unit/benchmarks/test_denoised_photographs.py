"""The denoiser of photographs learns from attacked crops what they were."""

import pytest
import torch
from torch import Tensor, nn

from benchmarks import denoised_photographs
from benchmarks.denoised_photographs import RADII, SIDE, Examples, crops, examples, said, taught
from models.victim import Bare


class Brightness(nn.Module):
    """Class 1 above half of the mean brightness, class 0 below."""

    def classify(self, x: Tensor) -> Tensor:
        """b 2."""
        bright = 20 * (x.mean(dim=(1, 2, 3)) - 0.5)
        return torch.stack([-bright, bright], dim=1)


def test_crops_lie_in_photographs_and_are_the_same_again() -> None:
    first, again = (crops(7, torch.Generator().manual_seed(0)) for _ in range(2))
    assert first.shape == (7, 3, SIDE, SIDE)
    assert torch.equal(first, again)
    assert first.std(dim=(1, 2, 3)).min() > 0.02, "no crop is empty"
    assert not torch.equal(first[0], first[6]), "another place of the same photograph"


def test_every_crop_is_attacked_within_its_radius(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denoised_photographs, "crops", lambda n, _: 0.4 + 0.2 * torch.rand(n, 3, 8, 8))
    data = examples(Bare(Brightness()), 12)
    change = (data.attacked - data.clean).abs().amax(dim=(1, 2, 3)) * 255
    radii = torch.tensor(RADII * 4)
    assert (change <= radii + 1).all(), "8-bit images of crops that were not"
    assert (change > 0.4).all()


def test_what_it_leaves_is_nearer_to_the_clean_crop() -> None:
    torch.manual_seed(0)
    victim, clean = Bare(Brightness()), 0.3 + 0.4 * torch.rand(16, 3, 8, 8)
    data = Examples(clean, clean + 0.1, said(victim, clean))
    denoiser = taught(victim, data, steps=60)
    with torch.no_grad():
        left = said(victim, denoiser.denoise(data.attacked))
    before = (said(victim, data.attacked) - data.logits).abs().mean()
    assert (left - data.logits).abs().mean() < 0.5 * before
