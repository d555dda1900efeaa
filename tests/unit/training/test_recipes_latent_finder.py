"""The latent finder's recipe: it learns from samples, at every size, and is measured on others."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.checkpoint import load
from models.families.latent_finder import LatentFinder
from models.priors import NormalPrior
from models.pulse.guess import numbers_of
from models.pulse.space import LatentSpace
from models.tensors import Images, Latents, Scores
from training.cluster import Cluster
from training.data import load as load_data
from training.errors import CheckpointMissing
from training.evaluation.finding import compare, space_behind
from training.loop import Options, Session
from training.randomness import Draw
from training.recipe import Preset
from training.recipes import latent_finder, recipe
from training.recipes.latent_finder import Finding, small_side

pytestmark = pytest.mark.usefixtures("judged")
NAME = "start-dcgan-mnist"


def session(folder: Path, *, steps: int, bank: int = 0) -> Session:
    spec = recipe(NAME)
    smoke = spec.presets["smoke"]
    config = replace(smoke.config, widths=(8, 8), hidden=32, lr=3e-3, bank=bank, rows=32)
    plan = replace(smoke.plan, steps=steps, batch_size=32)
    return Session(
        spec, Preset(plan, config), load_data("mnist-10k"), Cluster(0, 1, torch.device("cpu")), Options(folder)
    )


class Blobs(torch.nn.Module):
    """A generator whose images tell their latents: four soft patterns, one for each number."""

    def __init__(self) -> None:
        super().__init__()
        self.prior = NormalPrior(4)
        grid = torch.linspace(-3, 3, 28)
        waves = [torch.sin(grid), torch.cos(grid)]
        self.register_buffer("patterns", torch.stack([torch.outer(a, b) for a in waves for b in waves]))

    def sample(self, z: Latents, psi: Scores) -> Images:
        images: Images = torch.sigmoid(2 * torch.einsum("bd,dhw->bhw", z * psi[:, None], self.patterns))[:, None]
        return images


@pytest.mark.parametrize("bank", [0, 500])
def test_guesses_come_nearer_as_it_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bank: int) -> None:
    monkeypatch.setattr(latent_finder, "generator", lambda _: Blobs())
    run, space = session(tmp_path, steps=60, bank=bank), LatentSpace(Blobs())
    finder = run.recipe.network
    before = compare(finder.eval(), space, samples=16)
    for _ in range(60):
        run.step()
    after = compare(finder.eval(), space, samples=16)
    assert after.guess > before.guess + 3
    assert after.steps_from_guess < before.steps_from_guess


def test_a_bank_is_drawn_from_until_small_images_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent_finder, "generator", lambda _: Blobs())
    run = session(tmp_path, steps=60, bank=100)
    learning = run.recipe
    assert isinstance(learning, Finding)
    draw = Draw(torch.Generator().manual_seed(0))
    v, _, large = learning.some(torch.device("cpu"), 8, draw)
    assert learning.bank is not None
    assert all((row == learning.bank[0]).all(dim=1).any() for row in v)
    torch.testing.assert_close(large, learning.space.images(v, torch.empty(8, 0)), atol=0.5 / 255 + 1e-6, rtol=0)
    learning.settled = True
    fresh, _, _ = learning.some(torch.device("cpu"), 64, draw)
    assert len(fresh) == 32, "as many as lead through G"
    assert not any((row == learning.bank[0]).all(dim=1).any() for row in fresh)


def test_small_sides_go_from_a_quarter_to_a_half_and_below() -> None:
    draw = Draw(torch.Generator().manual_seed(0))
    assert {small_side(28, draw) for _ in range(300)} == set(range(4, 15))
    assert {small_side(64, draw) for _ in range(300)} == set(range(8, 33))


def test_without_its_generator_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROSUM_WEIGHTS", str(tmp_path))
    with pytest.raises(CheckpointMissing, match="zerosum train sngan-mnist"):
        latent_finder.generator("sngan-mnist")


def test_every_finder_has_as_many_numbers_as_its_space(judges: Path) -> None:
    for name in ("sngan-mnist", "dcgan-mnist", "stylegan2-avatars"):
        spec = recipe(f"start-{name}")
        config = spec.model_config(spec.presets["smoke"].config, load_data(spec.data, size=spec.size))
        assert config.columns == sum(numbers_of(space_behind(name)))
        assert LatentFinder(config).columns == config.columns
        assert load(judges / name).card.id == name
