"""The seed of a request that names none."""

import random

from models.priors import MAX_SEED


def any_seed() -> int:
    """A seed that nobody asked for. It is no secret: the kernel's generator would stop the event loop for a while."""
    return random.getrandbits(MAX_SEED.bit_length())
