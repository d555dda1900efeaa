"""The losses of adversarial training, as pure functions of logits.

Letters: D_real and D_fake are the discriminator's logits on data and on samples, shape b.
"""

import torch.nn.functional as functional
from torch import Tensor

from models.tensors import Scores


def non_saturating_d(D_real: Scores, D_fake: Scores) -> Tensor:
    """-E log sigmoid(D(x)) - E log(1 - sigmoid(D(G(z)))) (Goodfellow et al. 2014, eq. 1, on logits)."""
    return functional.softplus(-D_real).mean() + functional.softplus(D_fake).mean()


def non_saturating_g(D_fake: Scores) -> Tensor:
    """-E log sigmoid(D(G(z))) (Goodfellow et al. 2014, section 3)."""
    return functional.softplus(-D_fake).mean()
