"""What a classifier sees in a set of samples: the score of Salimans et al. 2016 (section 4), and its classes.

The arithmetic is that of the Inception Score; with our own classifier it is another number, and is named so.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from models.tensors import Logits
from training.metrics.sets import checked


def classifier_score(logits: Logits) -> float:
    """exp E_x KL(p(y|x) || p(y)), on the whole set at once: 1 to the number of classes."""
    log_p = checked(logits, least=1, what="logits").log_softmax(dim=1)
    marginal = log_p.exp().mean(dim=0)
    information = torch.xlogy(log_p.exp(), log_p.exp()).sum() / len(log_p) - torch.xlogy(marginal, marginal).sum()
    return float(information.exp())


def class_shares(logits: Logits) -> Float[Tensor, " k"]:
    """The share of each class among the images, by the classifier's first choice."""
    chosen = checked(logits, least=1, what="logits").argmax(dim=1)
    return torch.bincount(chosen, minlength=logits.shape[1]).double() / len(logits)
