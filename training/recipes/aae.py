"""Adversarial autoencoders on digits (Makhzani et al. 2015, arXiv:1511.05644).

Each step has the paper's phases: reconstruction; regularisation, in which critics learn to tell codes of images from
draws of the prior and the encoder learns to fool them; and, with labels, one step of cross-entropy on the few images
that have one. `aae-mnist` has a style alone, `aae-semi-mnist` 100 labels (section 5), `aae-clusters-16-mnist` and
`aae-clusters-30-mnist` none (section 6). Adam throughout, where the paper has SGD.

8,000 images are few codes, which a critic soon knows by heart. So q(z | x) is a Gaussian of fixed width about the code
(section 2.1 has one of learned width), and R1 (Mescheder et al. 2018, arXiv:1801.04406) holds the critics' slope, on
codes as on draws of the prior.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from models.codes import Code
from models.families.aae import AAEConfig, Autoencoder, Critic
from models.objectives import non_saturating_d, non_saturating_g, r1
from models.tensors import Images, Labels, Latents
from training.adversarial import measure, preview, watch
from training.conditions import LABEL
from training.data import Dataset
from training.randomness import Draw, mix
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec, require
from training.update import Update


@dataclass(frozen=True)
class AAERecipeConfig:
    """Sizes (`hidden` is the critics'), learning rates, the width of q(z | x), R1's gamma; clusters, or labels.

    `labelled` images of the training set, as many of each class, are the only ones whose label is ever looked at;
    `label_draw` says which.
    """

    latent_dim: int = 8
    width: int = 24
    hidden: int = 256
    lr: float = 1e-3
    lr_d: float = 3e-4
    lr_g: float = 3e-4
    beta_1: float = 0.5
    sigma: float = 0.1
    gamma: float = 0.05
    clusters: int = 0
    labelled: int = 0
    label_draw: int = 0


class AAE:
    """Reconstruction, regularisation, and cross-entropy where there are labels."""

    def __init__(self, name: str, config: AAERecipeConfig, data: Dataset) -> None:
        require(name, data, size=28, channels=(1, 3), labels=len(data.label_names) if config.labelled else None)
        self.config = config
        self.model = Autoencoder(model_config(config, data))
        self.D = nn.ModuleDict({"z": Critic(config.latent_dim, hidden=config.hidden)})
        if self.model.categories:
            self.D["y"] = Critic(self.model.categories, hidden=config.hidden)
        self.networks = nn.ModuleDict({"model": self.model, "D": self.D})
        adversarial = partial(Adam, betas=(config.beta_1, 0.999))
        self.opt_reconstruction = Adam(self.model.parameters(), lr=config.lr)
        self.opt_d = adversarial(self.D.parameters(), lr=config.lr_d)
        self.opt_g = adversarial(self.model.encoder.parameters(), lr=config.lr_g)
        self.opt_labels = Adam(self.model.encoder.parameters(), lr=config.lr)
        self.optimizers: dict[str, Optimizer] = {"reconstruction": self.opt_reconstruction}
        self.optimizers |= {"D": self.opt_d, "G": self.opt_g}
        if config.labelled:
            self.optimizers["labels"] = self.opt_labels
            self.known = labelled(data, config.labelled, draw=config.label_draw)

    @property
    def network(self) -> nn.Module:
        """Encoder and decoder."""
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        """The phases, one after the other, on one batch."""
        x = batch.x
        codes = self.codes(x, draw)
        loss = functional.mse_loss(self.model(torch.cat(list(codes.values()), dim=1)), x)
        update(self.opt_reconstruction, loss)
        codes, prior = self.codes(x, draw), self.priors(len(x), draw)
        loss_d = sum(self.criticise(self.D[name], prior[name], codes[name].detach()) for name in codes)
        assert isinstance(loss_d, Tensor)  # noqa: S101 - there is always a style
        update(self.opt_d, loss_d)
        loss_g = sum(non_saturating_g(self.D[name](code)) for name, code in codes.items())
        assert isinstance(loss_g, Tensor)  # noqa: S101 - there is always a style
        update(self.opt_g, loss_g)
        losses = {"reconstruction": loss.detach(), "loss_d": loss_d.detach(), "loss_g": loss_g.detach()}
        return losses | (self.learn_labels(draw, update) if self.config.labelled else {})

    def criticise(self, D: nn.Module, prior: Latents, code: Latents) -> Tensor:
        """A critic's loss, with the penalty on both of its sides."""
        loss = non_saturating_d(D(prior), D(code))
        if not self.config.gamma:
            return loss
        return loss + sum(r1(D, c, gamma=self.config.gamma) for c in (prior, code))

    def learn_labels(self, draw: Draw, update: Update) -> dict[str, Tensor]:
        """One step of cross-entropy on 100 of the images that have a label."""
        x, y = (part.to(draw.generator.device) for part in self.known)
        rows = draw.integers(len(y), min(100, len(y)))
        loss = functional.cross_entropy(self.model.infer(x[rows])[1], y[rows])
        update(self.opt_labels, loss)
        return {"labels": loss.detach()}

    def codes(self, x: Images, draw: Draw) -> dict[str, Latents]:
        """What decoder and critics see of images: a draw of q(z | x), and the probabilities of y."""
        mean, logits = self.model.infer(x)
        z = mean + self.config.sigma * draw.normal(*mean.shape)
        return {"z": z, "y": functional.softmax(logits, dim=1)} if self.model.categories else {"z": z}

    def priors(self, n: int, draw: Draw) -> dict[str, Latents]:
        """What the critics see of the prior."""
        z, k = draw.normal(n, self.config.latent_dim), self.model.categories
        return {"z": z, "y": functional.one_hot(draw.integers(k, n), k).float()} if k else {"z": z}

    def schedule(self, progress: float) -> None:
        """Linearly to zero: what the reconstruction's steps shake the critics' then mend."""
        factor = 1 - progress
        rates = {"D": self.config.lr_d, "G": self.config.lr_g}
        for name, optimizer in self.optimizers.items():
            optimizer.param_groups[0]["lr"] = factor * rates.get(name, self.config.lr)

    def preview(self, network: nn.Module, draw: Draw) -> Images:
        """100 samples; with a category, ten rows of it, a column keeping its style."""
        if not self.model.categories:
            return preview(network, draw)
        prior, code = self.model.prior, self.model.codes[0]
        z = prior.draw(seed=0, rows=range(10)).to(draw.generator.device)
        images: Images = network(torch.cat([prior.choose(z, {code.name: [value] * 10}) for value in code.values[:10]]))
        return images


def labelled(data: Dataset, n: int, *, draw: int) -> tuple[Images, Labels]:
    """n images with their labels, as many of each class as can be, by a draw of their own."""
    assert data.labels is not None  # noqa: S101 - `require` has seen them
    order = np.random.Generator(np.random.Philox(key=mix(draw, n))).permutation(len(data))
    classes = len(data.label_names)
    rows = np.concatenate([order[data.labels[order] == label][: n // classes] for label in range(classes)])
    return torch.from_numpy(data.images[rows]).float() / 255, torch.from_numpy(data.labels[rows])


def model_config(config: AAERecipeConfig, data: Dataset) -> AAEConfig:
    """What fixes encoder and decoder."""
    codes: tuple[Code, ...] = ()
    if config.labelled:
        codes = (Code(LABEL, data.label_names),)
    elif config.clusters:
        codes = (Code("cluster", tuple(f"c{i}" for i in range(config.clusters))),)
    return AAEConfig(codes=codes, latent_dim=config.latent_dim, width=config.width, channels=data.channels)


def presets(config: AAERecipeConfig) -> dict[str, Preset]:
    """The three of one variant."""
    tiny = replace(config, latent_dim=4, width=4, hidden=16, labelled=min(config.labelled, 20))
    return {
        "smoke": Preset(Plan(steps=30, batch_size=16, sample_every=15, samples=(300,)), tiny),
        "cpu": Preset(Plan(steps=4000, batch_size=100, precision="bf16", sample_every=1000), config),
        "gpu": Preset(Plan(steps=40_000, batch_size=100, sample_every=4000), config),
    }


def variant(name: str, title: str, config: AAERecipeConfig, *, use: str, published: str, metric: str) -> RecipeSpec:
    """One of the recipes."""
    return RecipeSpec(
        id=name,
        title=title,
        family="aae",
        data="mnist-10k",
        size=28,
        papers=("arXiv:1511.05644",),
        presets=presets(config),
        build=partial(AAE, name),
        model_config=model_config,
        measure=measure,
        watch=watch,
        text=CardText(
            intended_use=use,
            limits=(
                "Digits of the ten classes only, 28x28 grey; an image of anything else gets a code all the same.",
                "Learned from 8,000 images of MNIST, where the paper had 60,000.",
                "Trained on squared errors: reconstructions are smooth.",
            ),
            published=({"metric": metric, "value": published, "source": "arXiv:1511.05644"},) if published else (),
        ),
    )


STYLE = variant(
    "aae-mnist",
    "Adversarial autoencoder on digits",
    AAERecipeConfig(),
    use="Teaching and study: encode a digit, move in the code, decode it.",
    published="",
    metric="",
)
SEMI = variant(
    "aae-semi-mnist",
    "Adversarial autoencoder on digits, 100 of them labelled",
    AAERecipeConfig(latent_dim=10, labelled=100),
    use="Teaching and study: a classifier and a conditional generator out of 100 labels.",
    published="1.90 %",
    metric="error with 100 labels and 60,000 unlabelled digits",
)
CLUSTERS_16 = variant(
    "aae-clusters-16-mnist",
    "Adversarial autoencoder on digits, 16 clusters",
    AAERecipeConfig(latent_dim=5, clusters=16),
    use="Teaching and study: classes found without a label.",
    published="9.55 %",
    metric="error of 16 clusters, 60,000 digits",
)
CLUSTERS_30 = variant(
    "aae-clusters-30-mnist",
    "Adversarial autoencoder on digits, 30 clusters",
    AAERecipeConfig(latent_dim=5, clusters=30),
    use="Teaching and study: classes found without a label.",
    published="4.10 %",
    metric="error of 30 clusters, 60,000 digits",
)
