"""A network that cleans images as a defence (Liao et al. 2018, arXiv:1712.02976). Gradients go through the network."""

from dataclasses import dataclass

from models.capabilities import Denoiser
from models.streams import Keys
from models.tensors import Images


@dataclass(frozen=True)
class Denoised:
    """`strength` is how much of what the network finds is taken off: 1 all of it, 0 nothing."""

    network: Denoiser
    strength: float = 1.0
    passes: int = 1

    def cleaned(self, x: Images, key: Keys) -> Images:  # noqa: ARG002 - nothing here is random
        """x + strength (denoise(x) - x)."""
        return x + self.strength * (self.network.denoise(x) - x)
