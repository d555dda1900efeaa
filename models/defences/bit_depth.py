"""Bit-depth reduction (Xu, Evans and Qi 2018, arXiv:1704.01155, section III.A): fewer levels for every value."""

from dataclasses import dataclass

from models.streams import Keys
from models.tensors import Images
from models.victim import bpda


@dataclass(frozen=True)
class BitDepth:
    """2^bits levels; a gradient passes as if nothing were rounded."""

    bits: int = 3
    passes: int = 0

    def cleaned(self, x: Images, key: Keys) -> Images:  # noqa: ARG002 - nothing here is random
        """The nearest of the levels."""
        top = 2**self.bits - 1
        return bpda((x * top).round() / top, x)
