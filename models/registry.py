"""Every family, by name. A new one is a file in models/families and a line here."""

from models.errors import FamilyUnknown
from models.families import (
    aae,
    attribute_cnn,
    cgan,
    cyclegan,
    dcgan,
    digits_cnn,
    efficientnet_lite,
    gan,
    ganomaly,
    hgd,
    infogan,
    inpaint,
    latent_finder,
    pix2pix,
    skipganomaly,
    sngan,
    strided_cnn,
    stylegan2,
    unet,
)
from models.family import Family

FAMILIES: tuple[Family, ...] = (
    gan.FAMILY,
    dcgan.FAMILY,
    sngan.FAMILY,
    cgan.FAMILY,
    infogan.FAMILY,
    aae.FAMILY,
    stylegan2.FAMILY,
    digits_cnn.FAMILY,
    attribute_cnn.FAMILY,
    strided_cnn.FAMILY,
    hgd.FAMILY,
    efficientnet_lite.FAMILY,
    unet.FAMILY,
    pix2pix.FAMILY,
    cyclegan.FAMILY,
    ganomaly.FAMILY,
    skipganomaly.FAMILY,
    inpaint.FAMILY,
    latent_finder.FAMILY,
)


def family(name: str) -> Family:
    """The family of this name. Raises FamilyUnknown, naming those there are."""
    for candidate in FAMILIES:
        if candidate.name == name:
            return candidate
    known = ", ".join(sorted(candidate.name for candidate in FAMILIES))
    raise FamilyUnknown(f"no model family is named {name!r}; known: {known}")
