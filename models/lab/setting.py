"""The one setting of networks and optimisers that every method of the lab runs in.

Near the toy of Metz et al. 2017 (arXiv:1611.02163): 256 latents, two hidden layers of 128 in G, orthogonal weights,
Adam with beta1 = .5. D has one hidden layer. Chosen so that the plain GAN fails on both mixtures, before any cure was
looked at: docs/results.md tells among what, and on which seeds.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """Sizes and rates of G and D. `scale` divides what D sees; `gain` is that of the orthogonal initial weights."""

    latent_dim: int = 256
    width: int = 128
    g_layers: int = 2
    d_layers: int = 1
    scale: float = 4.0
    gain: float = 0.8
    batch: int = 128
    lr_g: float = 1e-3
    lr_d: float = 1e-3
    betas: tuple[float, float] = (0.5, 0.999)


SETTING = Setting()
