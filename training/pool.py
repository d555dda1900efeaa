"""The image pool of Shrivastava et al. 2017 (arXiv:1612.07828, section 2.3), as CycleGAN uses it.

D sees images that G drew some steps ago as well, so that it does not forget what it once refused.
"""

import torch
from torch import Tensor, nn

from models.tensors import Images
from training.randomness import Draw


class ImagePool(nn.Module):
    """The last `size` or so generated images, which a run's state keeps."""

    images: Tensor
    held: Tensor

    def __init__(self, size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(size, *shape))
        self.register_buffer("held", torch.zeros((), dtype=torch.int64))

    def exchange(self, fake: Images, draw: Draw) -> Images:
        """Takes the new images in. Of a full pool half of the answers are old ones, whose places the new ones take."""
        size, out = len(self.images), []
        swap, place = draw.uniform(len(fake)).tolist(), draw.integers(max(size, 1), len(fake)).tolist()
        for i, image in enumerate(fake.detach().float()):
            if int(self.held) < size:
                self.images[int(self.held)] = image
                self.held += 1
                out.append(image)
            elif size and swap[i] < 0.5:
                out.append(self.images[place[i]].clone())
                self.images[place[i]] = image
            else:
                out.append(image)
        return torch.stack(out)
