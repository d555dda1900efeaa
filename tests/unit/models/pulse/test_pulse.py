"""PULSE: searches stay on their spheres, keep the best they saw, and know nothing of each other."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from PIL import Image

from app.engine.device import computing
from models.families.cgan import CGANConfig
from models.families.cgan import Generator as Conditional
from models.families.stylegan2 import Generator as Styled
from models.families.stylegan2 import StyleGAN2Config
from models.fidelity import error, mse_of
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.search import Budget, Wave, search, searching
from models.pulse.solver import PULSE, Found, Search, Searches, geocross, rate
from models.pulse.space import LatentSpace, Space, StyleSpace, off_sphere, projected, space_of
from models.solver import Running, solve

CPU = torch.device("cpu")


@cache
def latent_space() -> Space:
    torch.manual_seed(0)
    network = Conditional(CGANConfig(latent_dim=8, widths=(8, 8, 8))).eval()
    return LatentSpace(network)


@cache
def style_space() -> Space:
    torch.manual_seed(0)
    return space_of(Styled(StyleGAN2Config(latent_dim=8, style_dim=8, widths=(8, 8, 8))).eval(), CPU)


def rows(space: Space, *, n: int, steps: int, psnr: float = 99.0, side: int = 4) -> Searches:
    v, told = space.start(seed=3, rows=range(n))
    truth = space.images(*space.start(seed=4, rows=range(n)))
    return Searches(downscaled(truth, side, side), v, told, torch.full((n,), steps), torch.full((n,), mse_of(psnr)))


@cache
def noisy_space() -> Space:
    space = style_space()
    assert isinstance(space, StyleSpace)
    strengths = [each for name, each in space.network.named_parameters() if name.endswith("strength")]  # type: ignore[attr-defined]
    for strength in strengths:
        torch.nn.init.constant_(strength, 0.3)
    return replace(space, noise=True)


@pytest.fixture(params=[latent_space, style_space, noisy_space], ids=["latent", "styles", "noise"])
def space(request: pytest.FixtureRequest) -> Space:
    made: Space = request.param()
    return made


@torch.no_grad()
def test_styles_that_searches_start_from_are_those_that_the_generator_draws() -> None:
    space = style_space()
    assert isinstance(space, StyleSpace)
    network = space.network
    v, _ = space.start(seed=3, rows=range(50))
    assert (off_sphere(v, space.spheres) <= 1e-6).all()
    w = network.style(network.prior.draw(seed=3, rows=range(50)), torch.ones(50))
    pointed = space.pointing(w)
    torch.testing.assert_close(space.styles(pointed), w[:, None].expand(-1, network.layers, -1), atol=1e-5, rtol=1e-4)
    like = torch.nn.functional.cosine_similarity(v[:, : w.shape[1]], pointed[:, : w.shape[1]])
    assert (like > 0.9999).all(), "brought to the sphere, and no further"


@torch.no_grad()
def test_searches_come_nearer_and_stay_on_their_spheres(space: Space) -> None:
    few, many = (solve(PULSE(space), rows(space, n=4, steps=steps)) for steps in (1, 20))
    assert (many.mse < few.mse).all()
    assert (off_sphere(many.v, space.spheres) <= 1e-5).all()
    assert many.steps.tolist() == [20] * 4


@torch.no_grad()
def test_the_image_is_the_one_that_was_judged(space: Space) -> None:
    asked = rows(space, n=3, steps=12)
    found = solve(PULSE(space), asked)
    assert torch.equal(found.images, quantised(found.images))
    assert torch.equal(found.images, quantised(space.images(found.v, asked.told)))
    assert torch.allclose(error(quantised(downscaled(found.images, 4, 4)), asked.x), found.mse)


@torch.no_grad()
def test_a_search_ends_as_soon_as_it_is_near_enough(space: Space) -> None:
    asked = rows(space, n=3, steps=25)
    reached = solve(PULSE(space), asked).mse
    content = Searches(asked.x, asked.v, asked.told, asked.steps, 2 * reached)
    found = solve(PULSE(space), content)
    assert (found.mse <= content.mse).all()
    assert (found.steps < 25).any()


@torch.no_grad()
def test_what_it_starts_from_is_kept_if_nothing_better_comes(space: Space) -> None:
    v, told = space.start(seed=4, rows=range(2))
    x = quantised(downscaled(quantised(space.images(v, told)), 4, 4))
    found = solve(PULSE(space), Searches(x, v, told, torch.full((2,), 10), torch.zeros(2)))
    assert (found.mse <= 1e-12).all()
    assert torch.allclose(found.v, v, atol=1e-5)


def test_in_a_lane_a_search_is_the_same_alone_in_seven_and_with_others_coming_and_going(space: Space) -> None:
    with computing(CPU), torch.inference_mode(False), torch.no_grad():
        asked = rows(space, n=7, steps=10)

        def some(*which: int) -> Searches:
            index = torch.tensor(which)
            return Searches(*(getattr(asked, name)[index] for name in ("x", "v", "told", "steps", "mse")))

        alone = solve(PULSE(space), some(2)).images[0]
        together = solve(PULSE(space), asked).images[2]
        running: Running[Searches, Search, Found] = Running(PULSE(space))
        running.join([0, 1], some(0, 1))
        for _ in range(3):
            running.step()
        running.join([2], some(2))
        running.step()
        running.drop({0})
        running.join([3, 4], some(3, 4))
        came = None
        while came is None or 2 not in came[0]:
            running.step()
            came = running.leave()
        among = came[1].images[came[0].index(2)]
        for other in (together, among):
            assert torch.equal((255 * alone).round(), (255 * other).round())


def test_styles_that_are_equal_cost_nothing_and_opposite_ones_the_most() -> None:
    x = torch.randn(1, 1, 8).expand(1, 3, 8)
    assert geocross(x) == 0
    opposite = torch.cat([x[:, :1], -x[:, :1]], dim=1)
    assert geocross(opposite) == pytest.approx(8 * math.pi**2 / 2 / 8)  # two of the four pairs are half a circle apart


def test_a_right_angle_is_a_quarter_of_the_way_around() -> None:
    pair = torch.tensor([[[1.0, 0.0], [0.0, 3.0]]])
    d = 2 * math.atan2(math.sqrt(10), math.sqrt(10))
    assert geocross(pair) == pytest.approx(2 * d**2 / 2 / 8)


def test_the_rate_rises_falls_and_drops() -> None:
    t, steps = torch.arange(100), torch.full((100,), 100)
    rates = rate(t, steps, 0.4)
    assert rates.argmax() == 45
    assert rates[45] == pytest.approx(0.4)
    assert rates[0] == pytest.approx(0.04)
    assert rates[90] == pytest.approx(0.04)
    assert rates[99] < 0.005


def noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)


def lines() -> np.ndarray:
    """Black on white: the filter overshoots in both directions."""
    large = np.full((64, 64, 3), 255, np.uint8)
    large[20:22] = large[:, 37:39] = 0
    large[40:, 3:9] = 0
    return large


@pytest.mark.parametrize("drawn", [noise, lines])
def test_it_scales_down_as_pillow_does(drawn: Callable[[], np.ndarray]) -> None:
    large = drawn()
    theirs = np.asarray(Image.fromarray(large).resize((8, 8), Image.Resampling.BICUBIC))
    ours = downscaled(torch.from_numpy(large / 255).float().permute(2, 0, 1)[None], 8, 8)[0].permute(1, 2, 0)
    assert np.abs(255 * ours.numpy() - theirs).max() <= 1


def test_a_target_of_30_db_is_a_thousandth() -> None:
    assert mse_of(30.0) == pytest.approx(1e-3)


def test_every_vector_is_brought_to_its_own_sphere() -> None:
    v = projected(torch.randn(5, 12), (4, 8))
    assert torch.allclose(v[:, :4].norm(dim=1), torch.full((5,), 2.0))
    assert torch.allclose(v[:, 4:].norm(dim=1), torch.full((5,), math.sqrt(8)))
    assert (off_sphere(2 * v, (4, 8)) - 1).abs().max() < 1e-6


@torch.no_grad()
def test_styles_of_the_fit_are_spread_as_those_of_the_mapping_network() -> None:
    space = style_space()
    assert isinstance(space, StyleSpace)
    v, told = space.start(seed=1, rows=range(500))
    assert told.shape == (500, 0)
    fitted = space.styles(v).flatten(0, 1)
    z = space.network.prior.draw(seed=2, rows=range(2000))
    true = space.network.style(z, torch.ones(2000))
    assert torch.allclose(fitted.mean(dim=0), true.mean(dim=0), atol=0.3 * float(true.std()))


@torch.no_grad()
def test_searches_start_from_the_nearest_candidates(space: Space) -> None:
    x = downscaled(space.images(*space.start(seed=9, rows=range(2))), 4, 4)

    def begin(images: torch.Tensor) -> Wave:
        budget = Budget(restarts=2, enough=2, steps=7, mse=0.001, candidates=20)
        return next(wave for wave in searching(space, images, seed=5, budget=budget) if wave is not None)

    both, second = begin(x), begin(x[1:])
    assert torch.equal(both.searches.v[2:], second.searches.v), "an image is searched for as if it came alone"
    assert both.images.tolist() == [0, 0, 1, 1]
    v, told = space.start(seed=5, rows=range(20))
    small = downscaled(quantised(space.images(v, told)), 4, 4)
    far = torch.stack([error(small, each[None].expand(20, -1, -1, -1)) for each in x])
    assert torch.equal(both.searches.v, v[far.argsort(dim=1, stable=True)[:, :2].flatten()])


@torch.no_grad()
def test_other_starts_are_tried_only_where_the_first_were_not_enough(space: Space) -> None:
    x = downscaled(space.images(*space.start(seed=9, rows=range(3))), 4, 4)
    first = search(space, x, seed=5, budget=Budget(restarts=1, enough=1, steps=10, mse=0.0), batch=8)
    target = float(first.found.mse.median())
    results = search(space, x, seed=5, budget=Budget(restarts=3, enough=1, steps=10, mse=target), batch=8)
    for image in range(3):
        easy = bool(first.found.mse[image] <= target)
        assert len(results.of(image)) == (1 if easy else 3)
        mse = results.found.mse[results.of(image)]
        assert torch.equal(mse, mse.sort().values)
