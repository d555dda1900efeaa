"""JPEG against Pillow's: the same file's pixels, and a gradient that gets through."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from models.defences.jpeg import JPEG, dct
from models.streams import keys
from models.tensors import Images


def picture(c: int, h: int, w: int) -> Images:
    """Smooth, with a hard edge and some noise."""
    y, x = torch.meshgrid(torch.linspace(0, 3, h), torch.linspace(0, 5, w), indexing="ij")
    image = torch.stack([0.5 + 0.4 * torch.sin(x + channel * y) for channel in range(c)])
    image[:, h // 3 : h // 2, w // 4 :] = 0.9
    noise = 0.05 * torch.randn(c, h, w, generator=torch.Generator().manual_seed(0))
    return ((image + noise).clamp(0, 1) * 255).round()[None] / 255


def pillows(x: Images, quality: int) -> Images:
    array = (x[0] * 255).round().byte().permute(1, 2, 0).squeeze(-1).numpy()
    file = io.BytesIO()
    Image.fromarray(array).save(file, "JPEG", quality=quality, subsampling=0)
    decoded = np.asarray(Image.open(file))
    return torch.from_numpy(decoded.copy()).view(x.shape[2], x.shape[3], -1).permute(2, 0, 1)[None].float() / 255


@pytest.mark.parametrize("quality", [10, 50, 75, 95])
@pytest.mark.parametrize(("c", "h", "w"), [(1, 28, 28), (3, 32, 40), (3, 19, 33)])
def test_it_decodes_to_what_pillow_decodes_to(quality: int, c: int, h: int, w: int) -> None:
    x = picture(c, h, w)
    ours = JPEG(quality).cleaned(x, keys(0, [0]))
    theirs = pillows(x, quality)
    apart, lost, lost_by_pillow = ((a - b).abs().mean().item() for a, b in ((ours, theirs), (ours, x), (theirs, x)))
    assert lost == pytest.approx(lost_by_pillow, rel=0.01)
    assert apart < 0.3 * lost, "libjpeg's integer transforms round a coefficient otherwise now and then"


def test_a_gradient_passes_as_if_nothing_were_rounded() -> None:
    for c in (1, 3):
        x = picture(c, 16, 24)[:, :, :13, :21].clone().requires_grad_()
        wanted = torch.randn(x.shape, generator=torch.Generator().manual_seed(1))
        (gradient,) = torch.autograd.grad((JPEG(50).cleaned(x, keys(0, [0])) * wanted).sum(), x)
        inner = (slice(None), slice(None), slice(0, 8), slice(0, 16))  # the border is repeated to fill up its blocks
        assert torch.allclose(gradient[inner], wanted[inner], atol=1e-3)


def test_the_transform_keeps_lengths() -> None:
    assert torch.allclose(dct() @ dct().T, torch.eye(8).double(), atol=1e-6)
    assert torch.allclose(dct()[0], torch.full((8,), 8**-0.5).double())


def test_a_gradient_goes_through_after_it_was_first_used_without() -> None:
    dct.cache_clear()
    x, key = torch.rand(1, 1, 8, 8), keys(0, [0])
    with torch.inference_mode():
        JPEG(50).cleaned(x.clone(), key)
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(JPEG(50).cleaned(x, key).sum(), x)
    assert gradient.abs().sum() > 0
