"""Every recipe, by name. A new one is a file here and a line in RECIPES."""

from training.errors import RecipeUnknown
from training.recipe import Preset, RecipeSpec
from training.recipes import (
    aae,
    adversarial_training,
    attributes,
    cgan,
    cyclegan,
    dcgan,
    digits_cnn,
    gan,
    ganomaly,
    hgd,
    infogan,
    inpaint,
    latent_finder,
    pix2pix,
    skipganomaly,
    sngan,
    stylegan2,
    unet,
    wgan,
)

RECIPES: tuple[RecipeSpec, ...] = (
    gan.NON_SATURATING,
    gan.MINIMAX,
    dcgan.MNIST,
    dcgan.STACKED,
    dcgan.STACKED_PAC,
    wgan.CLIPPED,
    wgan.PENALISED,
    sngan.MNIST,
    sngan.STACKED,
    cgan.PROJECTION,
    cgan.CONCATENATION,
    infogan.MNIST,
    aae.STYLE,
    aae.SEMI,
    aae.CLUSTERS_16,
    aae.CLUSTERS_30,
    cgan.AVATARS,
    stylegan2.AVATARS,
    digits_cnn.DIGITS,
    attributes.MICAH,
    adversarial_training.NATURAL,
    adversarial_training.PGD,
    adversarial_training.FGSM,
    adversarial_training.TRADES,
    hgd.LOGIT,
    hgd.FEATURE,
    hgd.PIXEL,
    latent_finder.DIGITS,
    latent_finder.DCGAN,
    latent_finder.FACES,
    unet.PARTS,
    unet.PARTS_L2,
    pix2pix.OPENMOJI,
    cyclegan.OPENMOJI,
    cyclegan.GLASSES,
    cyclegan.STYLES,
    cyclegan.OWN,
    ganomaly.DIGITS,
    skipganomaly.DIGITS,
    skipganomaly.BRICK,
    skipganomaly.OWN,
    inpaint.BRICK,
)


def recipe(name: str) -> RecipeSpec:
    """The recipe of this name. Raises RecipeUnknown, naming those there are."""
    for spec in RECIPES:
        if spec.id == name:
            return spec
    raise RecipeUnknown(f"no recipe is named {name!r}; known: {', '.join(spec.id for spec in RECIPES)}")


def preset(spec: RecipeSpec, name: str) -> Preset:
    """The preset of this name. Raises RecipeUnknown, naming those the recipe has."""
    if name not in spec.presets:
        raise RecipeUnknown(f"{spec.id} has no preset {name!r}; it has {', '.join(spec.presets)}")
    return spec.presets[name]
