"""The methods that the lab compares: the plain GAN, and what was proposed against its collapse."""

from dataclasses import dataclass

import torch

from models.lab.game import Game, Optimise, adam, rmsprop
from models.lab.mixtures import Mixture
from models.lab.networks import Discriminator, Generator
from models.lab.rules import Alternate, Clip, Penalise, Rule, Unroll
from models.lab.setting import SETTING, Setting


@dataclass(frozen=True)
class Method:
    """What a method changes about the game: its rule, how many points D sees at once, and D's layers."""

    id: str
    title: str
    paper: str
    rule: Rule
    pack: int = 1
    spectral: bool = False
    optimise: Optimise = adam

    def game(self, mixture: Mixture, *, seed: int, setting: Setting = SETTING) -> Game:
        """The players at their start. Weights and batches come from the seed alone."""
        generator = torch.Generator().manual_seed(seed)
        G = Generator(setting, generator)
        D = Discriminator(setting, pack=self.pack, spectral=self.spectral, generator=generator)
        opt_g = self.optimise(G.parameters(), setting.lr_g, setting)
        opt_d = self.optimise(D.parameters(), setting.lr_d, setting)
        return Game(G, D, opt_g, opt_d, mixture, setting, generator)


METHODS: tuple[Method, ...] = (
    Method("gan", "GAN", "arXiv:1406.2661", Alternate()),
    Method("unrolled-5", "Unrolled GAN, 5 steps", "arXiv:1611.02163", Unroll(5)),
    Method("unrolled-10", "Unrolled GAN, 10 steps", "arXiv:1611.02163", Unroll(10)),
    Method("wgan", "Wasserstein GAN, clipped", "arXiv:1701.07875", Clip(), optimise=rmsprop),
    Method("wgan-gp", "Wasserstein GAN, gradient penalty", "arXiv:1704.00028", Penalise()),
    Method("sn", "GAN, spectral norm in D", "arXiv:1802.05957", Alternate(), spectral=True),
    Method("pacgan-2", "PacGAN, two points a pack", "arXiv:1712.04086", Alternate(), pack=2),
    Method("pacgan-4", "PacGAN, four points a pack", "arXiv:1712.04086", Alternate(), pack=4),
)
