"""Sets of feature vectors, one row an image, and what must hold before they are compared.

n counts samples and m the reference: the two sets may differ in size, never in d.
"""

from jaxtyping import Float
from torch import Tensor

from training.metrics.errors import NotFinite, TooFewImages

Samples = Float[Tensor, "n d"]
Reference = Float[Tensor, "m d"]


def checked(x: Float[Tensor, "b d"], *, least: int, what: str) -> Float[Tensor, "b d"]:
    """x in float64. Raises TooFewImages below `least` rows, NotFinite for a NaN or an infinity."""
    if len(x) < least:
        raise TooFewImages(f"{what}: needs at least {least} images, got {len(x)}")
    broken = int((~x.isfinite().all(dim=1)).sum())
    if broken:
        raise NotFinite(f"{what}: {broken} of {len(x)} images have a feature that is no finite number")
    return x.double()


def pair(samples: Samples, reference: Reference, *, least: int) -> tuple[Samples, Reference]:
    """Both sets checked, in float64."""
    return checked(samples, least=least, what="samples"), checked(reference, least=least, what="reference")
