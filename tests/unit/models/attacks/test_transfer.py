"""Attacks on what stands in for a network: ensembles, diverse inputs, momentum, and the judgement of another."""

import math

import torch
from torch import nn

from models.attacks.fgsm import FGSM
from models.attacks.mifgsm import MIFGSM
from models.attacks.surrogates import Diverse, Ensemble
from models.attacks.transfer import judged
from models.solver import solve, take
from models.streams import keys
from models.tensors import Images, Logits
from models.victim import Bare, ask
from tests.unit.models.attacks.world import images, rows, victim


class Flatten(nn.Module):
    """The pixels as logits."""

    def classify(self, x: Images) -> Logits:
        return x.flatten(1)


def test_an_ensemble_answers_with_the_mean_and_counts_every_pass() -> None:
    x, _ = images(4)
    shifted = Bare(Flatten(), passes=3)
    both = Ensemble((Bare(Flatten()), shifted))
    assert both.passes == 4
    assert torch.allclose(ask(both, x, keys(0, range(4))), x.flatten(1))


def test_diverse_inputs_are_shrunk_and_moved_by_each_rows_own_stream() -> None:
    x = torch.ones(64, 1, 20, 20)
    diverse = Diverse(Bare(Flatten()), least=0.5, p=0.75)
    key = keys(0, range(64))
    seen = ask(diverse, x, key).view(-1, 20, 20)
    share = seen.mean(dim=(1, 2))
    assert diverse.passes == 1
    assert 0.1 < (share > 0.999).float().mean() < 0.4, "a quarter stays as it is"
    assert 0.24 < share.min() < 0.5
    edge = (seen[share < 0.9][:, 0] > 0).any(dim=1).float().mean()
    assert 0 < edge < 0.7, "in many places"
    assert torch.equal(ask(diverse, x[5:9], key[5:9]).view(-1, 20, 20), seen[5:9])


def test_momentum_of_one_step_is_the_plain_step() -> None:
    some = rows(12, eps=40, steps=1)
    assert torch.equal(solve(MIFGSM(victim()), some).x, solve(FGSM(victim()), some).x)


def test_it_is_judged_by_the_network_it_was_not_made_on() -> None:
    some = rows(24, eps=60, steps=5, kappa=math.inf)
    made = solve(MIFGSM(Diverse(victim())), some)
    other = judged(made, Bare(Backwards()), some)
    assert torch.equal(other.x, made.x)
    assert other.wrong.sum() > 12
    assert not (other.success & other.wrong).any()
    assert (other.queries == 2).all()
    assert torch.equal(other.forwards, made.forwards + 2)
    honest = judged(made, victim(), some)
    assert torch.equal(honest.success, made.success)
    assert torch.equal(take(honest, torch.arange(3)).x, made.x[:3])


class Backwards(nn.Module):
    """Says the contrary."""

    def classify(self, x: Images) -> Logits:
        return -victim().classifier.classify(x)
