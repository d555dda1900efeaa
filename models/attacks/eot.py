"""EOT: a random victim in expectation (Athalye et al. 2018, arXiv:1707.07397, section 2.1).

One question is asked `samples` times with streams of its own, and the logits are averaged: a step then follows the mean
of the gradients, and success is judged on the mean of the answers.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.streams import Keys, fold
from models.tensors import Images, Logits
from models.victim import Victim


@dataclass(frozen=True)
class EOT:
    """The mean of so many answers of a victim."""

    victim: Victim
    samples: int = 20

    @property
    def passes(self) -> int:
        """Those of all samples."""
        return self.samples * self.victim.passes

    def logits(self, x: Images, key: Keys) -> Logits:
        """b c h w -> b k: the samples of a row are rows of one larger batch."""
        number = torch.arange(self.samples, device=x.device)
        streams = fold(key.repeat_interleave(self.samples), number.repeat(len(x)))
        answers: Tensor = self.victim.logits(x.repeat_interleave(self.samples, dim=0), streams)
        return answers.reshape(len(x), self.samples, answers.shape[1]).mean(dim=1)  # (b s) k -> b k
