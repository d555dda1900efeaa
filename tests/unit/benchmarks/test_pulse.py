"""The benchmark's own parts."""

import numpy as np
import pytest
import torch

from benchmarks.pulse import bytes_of, drawn, judged, nearest, ours, psnr_of, reference
from models.families.sngan import Generator, SNGANConfig
from models.fidelity import mse_of
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.space import LatentSpace


def space() -> LatentSpace:
    torch.manual_seed(0)
    return LatentSpace(Generator(SNGANConfig(latent_dim=8, width=4)).eval())


@torch.no_grad()
def test_every_method_is_judged_by_what_pillow_makes_of_its_bytes() -> None:
    made = space()
    large = quantised(made.images(*made.start(seed=0, rows=range(2))))
    smalls = quantised(downscaled(large, 7, 7))
    exact = judged(smalls, lambda _, number: large[number : number + 1], 30.0)
    assert min(exact.psnr) > 50
    searched = judged(smalls, lambda x, number: reference(made, x, mse=mse_of(60.0), number=number), 30.0)
    guessed = judged(smalls, lambda x, _: nearest(drawn(made, of=1), x), 30.0)
    mine = judged(smalls, lambda x, _: ours(made, x, mse=mse_of(60.0), restarts=2, enough=2), 5.0)
    assert np.mean(searched.psnr) > np.mean(guessed.psnr)
    assert np.mean(mine.psnr) > np.mean(guessed.psnr)
    assert len(mine.apart) == 2
    assert all(seconds > 0 for seconds in searched.seconds)


def test_the_psnr_of_one_level_everywhere() -> None:
    x = torch.full((1, 4, 4), 100 / 255)
    assert psnr_of(torch.full((1, 8, 8), 101 / 255), x) == pytest.approx(20 * np.log10(255))
    assert bytes_of(x).shape == (4, 4)
    assert bytes_of(x.expand(3, 4, 4)).shape == (4, 4, 3)
