"""Projection finds what can be drawn, keeps its best, and no row knows of another."""

import pytest
import torch

from app.engine.steady import Steady
from models.families.stylegan2 import Generator, StyleGAN2Config
from models.lattice import quantised
from models.projection import Projected, Projector, Targets, distance, preparing, rate
from models.solver import solve

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def projector() -> Projector:
    torch.manual_seed(0)
    G = Generator(StyleGAN2Config(latent_dim=6, style_dim=5, widths=(8, 6, 4))).eval().requires_grad_(False)
    work = preparing(G, seed=0, device=CPU)
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: Projector = end.value
            return found


def targets(projector: Projector, seed: int, n: int, *, steps: int, psnr: float = 99.0) -> Targets:
    """Images that the generator drew itself."""
    G = projector.network
    z = G.prior.draw(seed=seed, rows=range(n))
    w = G.style(z, torch.ones(n))
    x = quantised(G.synthesise(w[:, None].expand(-1, G.layers, -1)))
    return Targets(x, torch.full((n,), steps), torch.full((n,), 10 ** (-psnr / 10)))


def rows(targets: Targets, *which: int) -> Targets:
    chosen = list(which)
    return Targets(targets.x[chosen], targets.steps[chosen], targets.mse[chosen])


def test_the_distance_sums_the_means_of_all_scales() -> None:
    x = torch.zeros(1, 1, 4, 4)
    x[0, 0, 0, 0] = 4.0
    assert distance(x, torch.zeros_like(x)).item() == pytest.approx(16 / 16 + 1 / 4 + 0.25**2)
    assert distance(x, x).item() == 0


def test_the_rate_rises_stays_and_falls() -> None:
    t, steps = torch.tensor([0, 9, 10, 100, 150, 199]), torch.full((6,), 200)
    found = rate(t, steps)
    assert found[0] == pytest.approx(0.01)
    assert found[2] == found[3] == found[4] == pytest.approx(0.1)
    assert 0 < found[5] < 0.001


def test_an_image_of_the_generator_is_found_again(projector: Projector) -> None:
    told: Projected = solve(projector, targets(projector, 5, 4, steps=150, psnr=35.0))
    assert (told.mse <= 10**-3.5).all()
    assert (told.steps < 150).all()
    assert torch.equal(told.images, quantised(told.images))


def test_the_best_of_all_steps_is_kept(projector: Projector) -> None:
    wanted = targets(projector, 6, 3, steps=30)
    few = solve(projector, Targets(wanted.x, torch.full((3,), 1), wanted.mse))
    many = solve(projector, wanted)
    assert (many.mse <= few.mse + 1e-9).all()
    error = (many.images - wanted.x).square().mean(dim=(1, 2, 3))
    torch.testing.assert_close(error, many.mse, atol=1e-6, rtol=0)


def test_a_row_is_the_same_alone_and_among_others_that_come_and_go(projector: Projector) -> None:
    wanted = targets(projector, 7, 5, steps=12)
    wanted = Targets(wanted.x, torch.tensor([12, 3, 12, 7, 1]), wanted.mse)
    with Steady():
        together = solve(projector, wanted, batch=3)
        alone_each = [solve(projector, rows(wanted, row)) for row in range(5)]
    for row, alone in enumerate(alone_each):
        assert torch.equal(alone.images[0], together.images[row])
        assert int(together.steps[row]) == int(wanted.steps[row])
