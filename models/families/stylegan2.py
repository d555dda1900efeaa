"""StyleGAN2: a generator that a style steers at every resolution (Karras et al. 2020, arXiv:1912.04958).

Their letters: z a latent, w = f(z) its style by the mapping network f, s the scales that a layer reads from w. G sums
what each resolution paints ("skip"), D is residual (their figure 7). Weights are drawn from N(0, 1) and scaled as they
are used (Karras et al. 2018, arXiv:1710.10196, section 4.1).

Both may be told codes, such as a face's attributes: f gets their embedding beside z, D projects onto another
(StyleGAN2-ADA: Karras et al. 2020, arXiv:2006.06676, appendix B; Miyato and Koyama 2018, arXiv:1802.05637).

A layer that is modulated by s and demodulated (their equations 1 and 3) is computed without weights of each image's
own: the scales multiply what goes in, the demodulation what comes out, and one convolution serves the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd, sqrt

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.codes import Code
from models.family import Family
from models.priors import CodedPrior
from models.tensors import Features, Images, Latents, Noise, Scores, Style, Styles

START = 4  # px of the learned constant
SLOPE = 0.2
GAIN = sqrt(2)  # keeps the variance behind a leaky rectifier
ANCHORS = 64
MAPPING_LR = 0.01  # of f's weights, relative to the others' (Karras et al. 2019, appendix C)


@dataclass(frozen=True)
class StyleGAN2Config:
    """What fixes G's state dict. `widths` are the channels from 4 px up; the last is that of the image's size.

    `codes` are what may be chosen, if anything.
    """

    latent_dim: int = 64
    style_dim: int = 64
    depth: int = 2
    widths: tuple[int, ...] = (64, 48, 32, 24, 16)
    channels: int = 3
    codes: tuple[Code, ...] = ()


class Dense(nn.Module):
    """A linear layer with scaled weights. `lr` slows its learning, `start` is the first value of its bias."""

    def __init__(self, d_in: int, d_out: int, *, gain: float = 1.0, lr: float = 1.0, start: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(d_out, d_in) / lr)
        self.bias = nn.Parameter(torch.full((d_out,), start / lr))
        self.scale, self.offset = gain * lr / sqrt(d_in), gain * lr

    def forward(self, x: Tensor) -> Tensor:
        """b in -> b out."""
        return functional.linear(x, self.weight * self.scale, self.bias * self.offset)


class Conv(nn.Module):
    """A convolution with scaled weights, and `gain` times what it is: a pass over weights instead of images."""

    def __init__(
        self, c_in: int, c_out: int, kernel: int, *, stride: int = 1, gain: float = 1.0, bias: bool = True
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(c_out, c_in, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(c_out)) if bias else None
        self.scale, self.gain = gain / (kernel * sqrt(c_in)), gain
        self.stride, self.padding = stride, (kernel - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        """b in h w -> b out h' w'."""
        bias = None if self.bias is None else self.bias * self.gain
        return functional.conv2d(x, self.weight * self.scale, bias, self.stride, self.padding)


class Mapping(nn.Module):
    """f: noise, brought to the sphere of radius sqrt(d), beside the embedding of codes, likewise, -> w.

    Knows the mean of w, and the noise over which it is taken where there are codes.
    """

    mean: Tensor
    anchors: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.dim, told = config.latent_dim, sum(code.width for code in config.codes)
        self.embed = Dense(told, self.dim) if told else None
        dims = [2 * self.dim if told else self.dim, *[config.style_dim] * config.depth]
        if told:
            self.register_buffer("anchors", torch.randn(ANCHORS, self.dim))
        self.layers = nn.ModuleList(Dense(a, b, gain=GAIN, lr=MAPPING_LR) for a, b in pairwise(dims))
        self.register_buffer("mean", torch.zeros(config.style_dim))

    def forward(self, z: Latents) -> Style:
        """b d -> b s."""
        with torch.autocast(z.device.type, enabled=False):
            w = on_sphere(z[:, : self.dim].float())
            if self.embed is not None:
                w = torch.cat([w, on_sphere(self.embed(z[:, self.dim :].float()))], dim=1)
            for layer in self.layers:
                w = rectified(layer(w))
        return w

    def centre(self, z: Latents) -> Style:
        """b d -> b s: the mean of w; where there are codes, of those with the codes of each row."""
        if self.embed is None:
            return self.mean.expand(len(z), -1)
        codes = z[:, self.dim :].repeat_interleave(len(self.anchors), dim=0)
        w: Tensor = self(torch.cat([self.anchors.repeat(len(z), 1), codes], dim=1))
        mean: Style = w.unflatten(0, (len(z), -1)).mean(dim=1)
        return mean


class Styled(nn.Module):
    """A modulated convolution: s(w) scales the channels that go in; without `demodulate` it is what paints."""

    def __init__(self, style_dim: int, c_in: int, c_out: int, kernel: int, *, demodulate: bool = True) -> None:
        super().__init__()
        self.style = Dense(style_dim, c_in, start=1.0)
        self.conv = Conv(c_in, c_out, kernel, bias=False)
        self.bias = nn.Parameter(torch.zeros(c_out, 1, 1))
        self.strength = nn.Parameter(torch.zeros(())) if demodulate else None

    def forward(self, x: Tensor, w: Style, noise: Tensor | None = None) -> Tensor:
        """b in h w, b s, b 1 h w -> b out h w."""
        with torch.autocast(x.device.type, enabled=False):
            s = self.style(w.float())
            d = None if self.strength is None else self.demodulation(s)
        y: Tensor = self.conv(x * s[:, :, None, None].to(x.dtype))
        if d is None or self.strength is None:
            return y + self.bias.to(y.dtype)
        y = torch.addcmul((GAIN * self.bias).to(y.dtype), y, (GAIN * d[:, :, None, None]).to(y.dtype))
        if noise is not None:
            y = y + (GAIN * self.strength * noise).to(y.dtype)
        return rectified(y)

    def demodulation(self, s: Features) -> Tensor:
        """b in -> b out: one over the norm of each map's modulated weights."""
        energy = (self.conv.weight.float() * self.conv.scale).square().sum(dim=(2, 3))
        return torch.rsqrt(functional.linear(s.square(), energy) + 1e-8)


class Synthesis(nn.Module):
    """Styles and noise -> image. A resolution has two styled layers, 4 px one, and one that paints, whose style is
    that of the next layer: two styles a resolution.
    """

    noise: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        widths, d = config.widths, config.style_dim
        channels = [c for c in widths for _ in range(2)]  # what goes into each layer, and what comes out
        self.constant = nn.Parameter(torch.randn(1, widths[0], START, START))
        self.layers = nn.ModuleList(Styled(d, a, b, 3) for a, b in pairwise(channels))
        self.painters = nn.ModuleList(Styled(d, c, config.channels, 1, demodulate=False) for c in widths)
        self.sides = [START * 2 ** ((i + 1) // 2) for i in range(len(self.layers))]  # of the noise of each layer
        self.register_buffer("noise", torch.randn(1, sum(side**2 for side in self.sides)))

    def forward(self, ws: Styles, noise: Noise) -> Images:
        """b l s, b n -> b c h w, not yet clipped to [0, 1]."""
        maps = [
            part.unflatten(1, (1, side, side))
            for part, side in zip(noise.split([s**2 for s in self.sides], dim=1), self.sides, strict=True)
        ]
        x: Tensor = self.layers[0](self.constant.expand(len(ws), -1, -1, -1), ws[:, 0], maps[0])
        painted: Tensor = self.painters[0](x, ws[:, 1])
        for i in range(1, len(self.painters)):
            x = self.layers[2 * i - 1](double(x), ws[:, 2 * i - 1], maps[2 * i - 1])
            x = self.layers[2 * i](x, ws[:, 2 * i], maps[2 * i])
            painted = double(painted) + self.painters[i](x, ws[:, 2 * i + 1])
        return painted.float() / 2 + 0.5


class Generator(nn.Module):
    """G: z -> w -> image. Its noise is an input; where nobody gives any it is what is saved beside the weights."""

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.prior = CodedPrior(config.latent_dim, config.codes)
        self.mapping, self.synthesis = Mapping(config), Synthesis(config)
        self.layers = 2 * len(config.widths)
        self.channels, self.size = config.channels, self.synthesis.sides[-1]
        self.style_dim = config.style_dim

    @property
    def codes(self) -> tuple[Code, ...]:
        """What can be chosen."""
        return self.prior.codes

    @property
    def noise(self) -> Noise:
        """Where nobody gives any."""
        return self.synthesis.noise

    @property
    def mean(self) -> Style:
        """Of all styles."""
        return self.mapping.mean[None]

    def style(self, z: Latents, psi: Scores) -> Style:
        """w, drawn towards its mean by each row's truncation psi (Karras et al. 2019, arXiv:1812.04948, appendix B);
        towards that of its codes, which stay.
        """
        w: Tensor = self.mapping(z)
        if bool((psi == 1).all()):  # w itself, to the bit; the mean over the anchors takes a hundred times as long
            return w
        return torch.lerp(self.mapping.centre(z), w, psi[:, None])

    def synthesise(self, ws: Styles, noise: Noise | None = None) -> Images:
        """b l s, b n -> b c h w: a style for each layer."""
        images: Images = self.synthesis(ws, self.noise.expand(len(ws), -1) if noise is None else noise).clamp(0, 1)
        return images

    def spread(self, w: Style) -> Styles:
        """b s -> b l s: one style for all layers."""
        return w[:, None].expand(-1, self.layers, -1)

    def forward(self, z: Latents) -> Images:
        """b d -> b c h w, without truncation."""
        return self.synthesise(self.spread(self.mapping(z)))

    def sample(self, z: Latents, psi: Scores) -> Images:
        """Truncated in w."""
        return self.synthesise(self.spread(self.style(z, psi)))


class Discriminator(nn.Module):
    """D: image -> logit. `widths` are the channels from the image's size down to 4 px.

    The standard deviation over groups of at most `group` images is a map of its own before the last layers (Karras et
    al. 2018, arXiv:1710.10196, section 3).
    """

    def __init__(self, *, channels: int, widths: Sequence[int], codes: int = 0, group: int = 4) -> None:
        super().__init__()
        self.group, last = group, widths[-1]
        self.embed = Dense(codes, last) if codes else None
        self.from_image = Conv(channels, widths[0], 1, gain=GAIN)
        self.blocks = nn.ModuleList(Residual(a, b) for a, b in pairwise(widths))
        self.last = Conv(last + 1, last, 3, gain=GAIN)
        self.dense = Dense(last * START**2, last, gain=GAIN)
        self.head = Dense(last, 1)

    def forward(self, x: Images, y: Features | None = None) -> Scores:
        """b c h w in [0, 1], b k -> b. A row of zeros tells D nothing."""
        h: Tensor = rectified(self.from_image(2 * x - 1))
        for block in self.blocks:
            h = block(h)
        h = rectified(self.last(torch.cat([h, spread_of(h, gcd(len(h), self.group))], dim=1)))
        h = rectified(self.dense(h.flatten(1)))
        scores: Scores = self.head(h).float().squeeze(1)
        if self.embed is not None and y is not None:
            scores = scores + (self.embed(y) * h).float().sum(dim=1) / sqrt(h.shape[1])
        return scores


class Residual(nn.Module):
    """Two convolutions beside one of a pixel, their sum over sqrt(2); half the size."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.first, self.second = Conv(c_in, c_in, 3, gain=GAIN), Conv(c_in, c_out, 4, stride=2)
        self.skip = Conv(c_in, c_out, 1, gain=1 / GAIN, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """b in h w -> b out h/2 w/2."""
        y = rectified(self.second(rectified(self.first(x))))
        skipped: Tensor = self.skip(functional.avg_pool2d(x, 2))
        return y + skipped


def on_sphere(x: Tensor) -> Tensor:
    """b d, each row brought to the length sqrt(d)."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def rectified(x: Tensor) -> Tensor:
    """A leaky rectifier, in place; the layer before it has the gain."""
    return functional.leaky_relu(x, SLOPE, inplace=True)


def double(x: Tensor) -> Tensor:
    """b c h w -> b c 2h 2w by the filter 1 3 3 1."""
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def spread_of(x: Tensor, group: int) -> Tensor:
    """b c h w -> b 1 h w: how much the images of a group differ, the mean over channels and pixels."""
    groups = x.float().unflatten(0, (group, -1))  # rows i, i + b / group, ... are one group
    deviation = (groups.var(dim=0, correction=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))
    told: Tensor = deviation.repeat(group)[:, None, None, None].to(x.dtype)
    return told.expand(-1, 1, *x.shape[2:])


FAMILY = Family("stylegan2", "StyleGAN2", StyleGAN2Config, Generator, "arXiv:1912.04958")
