"""Every method of the tuple, and what each does to D."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from models.lab.game import Game
from models.lab.methods import METHODS, Method
from models.lab.mixtures import MIXTURES
from models.lab.rules import Clip
from models.lab.unrolling import flat
from tests.unit.lab.test_mixtures import seeded

RING = MIXTURES[0]
BY_ID = {method.id: method for method in METHODS}
ALL = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)


def weights(network: nn.Module) -> torch.Tensor:
    return flat([weight.detach().clone() for weight in network.parameters()])


def played(id: str, steps: int) -> Game:
    game = BY_ID[id].game(RING, seed=0)
    for _ in range(steps):
        BY_ID[id].rule.step(game)
    return game


def test_the_lab_has_the_methods_that_it_was_made_for() -> None:
    assert list(BY_ID) == ["gan", "unrolled-5", "unrolled-10", "wgan", "wgan-gp", "sn", "pacgan-2", "pacgan-4"]
    assert all(method.paper.startswith("arXiv:") for method in METHODS)


@ALL
def test_a_step_moves_both_players_and_tells_their_losses(method: Method) -> None:
    game = method.game(RING, seed=0)
    before = weights(game.G), weights(game.D)
    losses = method.rule.step(game)
    moved = [float((weights(each) - old).abs().max()) for each, old in zip((game.G, game.D), before, strict=True)]
    assert all(1e-5 < distance < 1.0 for distance in moved)
    assert all(loss.isfinite() and loss.ndim == 0 for loss in losses)


@ALL
def test_a_seed_plays_one_game_and_leaves_torchs_own_generator_alone(method: Method) -> None:
    state = torch.get_rng_state()
    games = [method.game(RING, seed=seed) for seed in (1, 1, 2)]
    for game in games:
        method.rule.step(game)
    one, same, other = (weights(game.G) for game in games)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)


@ALL
def test_all_methods_start_from_the_same_g(method: Method) -> None:
    assert torch.equal(weights(method.game(RING, seed=3).G), weights(METHODS[0].game(RING, seed=3).G))


@ALL
def test_a_step_is_one_update_of_g_and_as_many_of_d_as_its_paper_says(method: Method) -> None:
    game = method.game(RING, seed=0)
    method.rule.step(game)
    (moves_g,), (moves_d,) = ({int(each["step"]) for each in opt.state.values()} for opt in (game.opt_g, game.opt_d))
    assert (moves_g, moves_d) == (1, 5 if method.id.startswith("wgan") else 1)


def test_clipping_bounds_every_weight_of_the_critic() -> None:
    rule = BY_ID["wgan"].rule
    assert isinstance(rule, Clip)
    assert weights(played("wgan", 2).D).abs().max() <= rule.c


def test_the_penalty_draws_the_critics_slope_to_one() -> None:
    D = played("wgan-gp", 20).D
    x = RING.sample(64, seeded()).requires_grad_()
    norms = torch.autograd.grad(D(x).sum(), x)[0].norm(dim=1)
    start = torch.autograd.grad(BY_ID["wgan-gp"].game(RING, seed=0).D(x).sum(), x)[0].norm(dim=1)
    assert (norms - 1).abs().mean() < (start - 1).abs().mean()


def test_spectral_norms_hold_d_to_slope_one_of_what_it_sees() -> None:
    game = played("sn", 10)
    x = RING.sample(512, seeded()) * torch.rand(512, 1, generator=seeded(1))
    rise = (game.D(x[:256]) - game.D(x[256:])).abs() / (x[:256] - x[256:]).norm(dim=1)
    assert 0 < rise.max() <= 1.02 / game.setting.scale


@pytest.mark.parametrize(("id", "pack"), [("gan", 1), ("pacgan-2", 2), ("pacgan-4", 4)])
def test_a_pack_is_judged_as_one(id: str, pack: int) -> None:
    D = played(id, 1).D
    x = RING.sample(8, seeded())
    assert D(x).shape == (8 // pack,)
    assert D.lone(x).shape == (8,), "D's surface has a value a point"
    changed = x.clone()
    changed[-1] += 1
    differs = D(x) != D(changed)
    assert differs.tolist() == [False] * (8 // pack - 1) + [True]


def test_unrolling_further_gives_g_another_gradient() -> None:
    ends = [weights(played(id, 1).G) for id in ("gan", "unrolled-5", "unrolled-10")]
    assert all(not torch.equal(one, other) for one, other in pairwise(ends))
