"""A guess is a point of the space that is searched, and searches start from it."""

from dataclasses import dataclass

import torch

from models.codes import Code
from models.families.cgan import CGANConfig
from models.families.cgan import Generator as Conditional
from models.families.latent_finder import LatentFinder, LatentFinderConfig
from models.families.stylegan2 import Generator as Styled
from models.families.stylegan2 import StyleGAN2Config
from models.lattice import quantised
from models.pulse.downscale import downscaled
from models.pulse.guess import codes_of, numbers_of, point_of
from models.pulse.search import Budget, search, searching
from models.pulse.solver import PULSE
from models.pulse.space import LatentSpace, StyleSpace, off_sphere
from models.solver import solve
from models.tensors import Guesses, Images

LABEL, SLANT = Code("label", ("a", "b", "c")), Code("slant")


def coded() -> LatentSpace:
    torch.manual_seed(0)
    return LatentSpace(Conditional(CGANConfig(codes=(LABEL, SLANT), latent_dim=8, widths=(8, 8, 8))).eval())


@dataclass(frozen=True)
class Knowing:
    """A finder that was told."""

    numbers: torch.Tensor

    @property
    def columns(self) -> int:
        return self.numbers.shape[1]

    def find(self, x: Images) -> Guesses:
        return self.numbers[: len(x)]


def test_codes_are_the_values_of_the_highest_scores() -> None:
    space = coded()
    assert numbers_of(space) == (8, 4)
    assert codes_of(space) == (LABEL, SLANT)
    v, told = point_of(space, torch.cat([torch.randn(2, 8), torch.tensor([[0, 3, 1, 5.0], [2, 1, 0, -0.5]])], dim=1))
    assert told.tolist() == [[0, 1, 0, 1], [1, 0, 0, -0.5]]
    assert (off_sphere(v, space.spheres) < 1e-6).all()


@torch.no_grad()
def test_styles_are_guessed_and_noise_is_not() -> None:
    network = Styled(StyleGAN2Config(latent_dim=8, style_dim=6, widths=(8, 8))).eval()
    for noise in (False, True):
        space = StyleSpace(network, torch.zeros(6), torch.ones(6), noise=noise)
        assert numbers_of(space) == (6, 0), "one style for all layers"
        v, told = point_of(space, torch.randn(3, 6))
        assert v.shape == (3, sum(space.spheres))
        assert told.shape == (3, 0)
        assert space.images(v, told).shape[0] == 3


@torch.no_grad()
def test_a_search_from_the_right_guess_is_over_at_once() -> None:
    space = coded()
    v, told = space.start(seed=7, rows=range(2))
    x = downscaled(space.images(v, told), 7, 7)
    budget = Budget(restarts=3, enough=1, steps=9, mse=1e-5)
    blind = search(space, x, seed=1, budget=budget, batch=8)
    finder = Knowing(torch.cat([v, told], dim=1))
    seeing = search(space, x, seed=1, budget=budget, batch=8, finder=finder)
    assert seeing.found.steps.tolist() == [1, 1], "one look, and no other start was tried"
    assert (blind.found.steps > 1).all()
    wrong, strict = Knowing(-finder.numbers), Budget(restarts=3, enough=1, steps=2, mse=0.0)
    tried = search(space, x, seed=1, budget=strict, batch=8, finder=wrong)
    for image in range(2):
        assert len(tried.of(image)) == 3, "a wrong guess is one start among others"


@torch.no_grad()
def test_while_guesses_are_enough_nothing_else_is_looked_at() -> None:
    space = coded()
    v, told = space.start(seed=7, rows=range(3))
    x = quantised(downscaled(quantised(space.images(v, told)), 7, 7))
    wrong = v.clone()
    wrong[1] = -v[1]

    def waves(guesses: torch.Tensor, enough: int) -> list[list[int] | None]:
        finder = Knowing(torch.cat([guesses, told], dim=1))
        budget = Budget(restarts=3, enough=enough, steps=1, mse=1e-9, candidates=40)
        work, seen, came = searching(space, x, seed=1, budget=budget, finder=finder), list[list[int] | None](), None
        while True:
            try:
                wave = work.send(came)
            except StopIteration:
                return seen
            seen.append(None if wave is None else wave.images.tolist())
            came = None if wave is None else solve(PULSE(space), wave.searches)

    looks: list[None] = [None] * 3  # 40 candidates, 16 at a time
    assert waves(v, 1) == [None, [0, 1, 2]]
    assert waves(wrong, 1) == [None, [0, 1, 2], *looks, [1, 1]], "two restarts for the one that was not found"
    assert waves(v, 2) == [None, [0, 1, 2], *looks, [0, 1, 2], [0, 1, 2]], "another result, and a restart"


def test_a_finder_takes_small_images_of_any_size() -> None:
    finder = LatentFinder(LatentFinderConfig(size=28, channels=1, columns=12, widths=(4, 4), hidden=8))
    for side in (2, 7, 28):
        assert finder.find(torch.rand(3, 1, side, side)).shape == (3, 12)
    x = torch.rand(1, 1, 7, 7)
    assert not torch.equal(finder.find(x), finder.find(1 - x))
