"""Perceptual path length: how far images move, for how far their style does (Karras et al. 2019, arXiv:1812.04948,
section 4.1): the mean of d(G(w), G(w')) / eps^2 over w and w' a step eps apart, as a share of the way, on the line
between two styles.

Theirs is VGG's perceptual distance; d here is the squared difference of an extractor's features, each in units of its
deviation over real images, averaged over the features: so a figure compares with none of another extractor.
"""

from jaxtyping import Float
from torch import Tensor

from training.metrics.kernel import standardise
from training.metrics.sets import Reference, Samples, pair


def path_lengths(here: Samples, there: Samples, reference: Reference, *, eps: float) -> Float[Tensor, " n"]:
    """One length a path, of the features of its two images. Raises NotFinite, TooFewImages."""
    here, reference = pair(here, reference, least=2)
    there, _ = pair(there, reference, least=2)
    steps = standardise(there, reference) - standardise(here, reference)
    lengths: Tensor = steps.square().mean(dim=1) / eps**2
    return lengths
