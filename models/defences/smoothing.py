"""Randomised smoothing (Cohen, Rosenfeld and Kolter 2019, arXiv:1902.02918).

g(x) is the class that the classifier f is most likely to give x + N(0, sigma^2 I). Where the lower bound p_A of its
probability is above 1/2, no perturbation shorter than sigma Phi^-1(p_A) in L2 changes g (theorem 1; p_B = 1 - p_A).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from models.streams import Keys, fold, normal
from models.tensors import Images, Labels, Scores
from models.victim import Victim, ask

ABSTAIN = -1
BATCH = 256


@dataclass(frozen=True)
class Gaussian:
    """Noise of standard deviation sigma, in units of x."""

    sigma: float = 0.25
    passes: int = 0

    def cleaned(self, x: Images, key: Keys) -> Images:
        """x + N(0, sigma^2 I), not clipped: the theorem is about this noise."""
        return x + self.sigma * normal(key, x.shape[1:])


@dataclass(frozen=True)
class Certificate:
    """g's class of each image, ABSTAIN where it is not sure; the radius in L2 within which it stays, 0 where not."""

    label: Labels
    radius: Scores
    p: Scores


def certify(victim: Victim, x: Images, key: Keys, *, sigma: float, n0: int, n: int, alpha: float) -> Certificate:
    """CERTIFY (section 3.2.2): n0 draws guess the class, n draws bound its probability, which fails with alpha."""
    guess = votes(victim, x, fold(key, 0), sigma=sigma, n=n0).argmax(dim=1)
    hits = votes(victim, x, fold(key, 1), sigma=sigma, n=n).gather(1, guess[:, None]).squeeze(1)
    p = torch.tensor([lower_bound(k, n, alpha) for k in hits.tolist()], device=x.device)
    radius = torch.tensor([sigma * NormalDist().inv_cdf(max(each, 0.5)) for each in p.tolist()], device=x.device)
    return Certificate(torch.where(p > 0.5, guess, ABSTAIN), radius, p)


def votes(victim: Victim, x: Images, key: Keys, *, sigma: float, n: int) -> Int[Tensor, "b k"]:
    """How often each class is the answer to x with noise."""
    noise = Gaussian(sigma)
    counts = []
    for row in range(len(x)):
        said = []
        for at in range(0, n, BATCH):
            number = torch.arange(at, min(n, at + BATCH), device=x.device)
            streams = fold(key[row].expand(len(number)), number)
            images = noise.cleaned(x[row].expand(len(number), -1, -1, -1), streams)
            logits = ask(victim, images, streams)
            said.append(torch.bincount(logits.argmax(dim=1), minlength=logits.shape[1]))
        counts.append(torch.stack(said).sum(dim=0))
    return torch.stack(counts)


def lower_bound(k: int, n: int, alpha: float) -> float:
    """Clopper and Pearson's: the p at which k hits or more of n would have probability alpha. 0 for no hit."""
    if k == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(k, n, middle) < alpha else (low, middle)
    return low


def tail(k: int, n: int, p: float) -> float:
    """P(X >= k) of a binomial variable, for 0 < p < 1."""
    i = np.arange(k, n + 1)
    logarithms = np.array([math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1) for j in i])
    logarithms += i * math.log(p) + (n - i) * math.log1p(-p)
    return float(np.exp(logarithms).sum())
