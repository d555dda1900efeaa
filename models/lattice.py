"""The images that eight bits can hold: every value is k / 255."""

from models.tensors import Images

LEVELS = 255


def quantised(x: Images) -> Images:
    """The nearest 8-bit image, as a client decodes it: in [0, 1], every value a multiple of 1/255."""
    return (x.clamp(0, 1) * LEVELS).round() / LEVELS


def steps_between(x: Images, z: Images) -> Images:
    """z - x in 1/255: whole numbers, where both are 8-bit images."""
    return ((z - x) * LEVELS).round()
