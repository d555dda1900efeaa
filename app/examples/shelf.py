"""The example images, each with its licence: files of this package, read once."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from app.errors import ExampleUnknown

FOLDER = Path(__file__).with_name("files")
SKIMAGE = "scikit-image, skimage.data."
DIGIT = "CC BY-SA 3.0 (LeCun, Cortes and Burges: MNIST)"
TEST = "MNIST, the test split of mnist-10k, "
EMOJI = "CC BY-SA 4.0 (OpenMoji, HfG Schwäbisch Gmünd and contributors)"
BRICK, DEFECT = "CC0-1.0 (scikit-image)", f"{SKIMAGE}brick; the test split of textures-brick, foreign/3"
DRAWN = "OpenMoji 17.0.0, the test split of openmoji, "
COLOURED = ("unet-openmoji-parts", "unet-openmoji-parts-l2", "cyclegan-openmoji")
LINES = ("pix2pix-openmoji", "cyclegan-openmoji")
FACES = "CC BY 4.0 (Micah Lanier: Avatar Illustration System; drawn by DiceBear)"
AVATAR = "the test split of avatars-micah, "
BARE = "the test split of avatars-micah:glasses, "


@dataclass(frozen=True)
class Example:
    """One image, a PNG."""

    name: str
    title: str
    width: int
    height: int
    licence: str
    source: str
    models: tuple[str, ...] = ()  # that learned from images of its kind: what the start page offers first


@dataclass(frozen=True)
class Content:
    """The bytes of a file, and their strong ETag."""

    data: bytes
    etag: str


EXAMPLES = (
    Example("cat.png", "Chelsea the cat", 451, 300, "CC0-1.0 (Stefan van der Walt)", f"{SKIMAGE}chelsea"),
    Example("coffee.png", "A cup of espresso", 300, 200, "CC0-1.0 (Rachel Michetti)", f"{SKIMAGE}coffee, halved"),
    Example("rocket.png", "Falcon 9 before its start", 320, 213, "public domain (SpaceX)", f"{SKIMAGE}rocket, halved"),
    Example("digit-3.png", "A handwritten 3", 28, 28, DIGIT, f"{TEST}3/0"),
    Example("digit-7.png", "A handwritten 7", 28, 28, DIGIT, f"{TEST}7/3"),
    Example("digit-8.png", "A handwritten 8", 28, 28, DIGIT, f"{TEST}8/1"),
    Example("digit-3-7px.png", "The same 3, four times smaller", 7, 7, DIGIT, f"{TEST}3/0, by Pillow's bicubic filter"),
    Example("face.png", "A drawn face", 64, 64, FACES, f"{AVATAR}4"),
    Example("face-bare.png", "The same face without glasses", 64, 64, FACES, f"{BARE}4", ("cyclegan-glasses",)),
    Example("face-8px.png", "The same face, eight times smaller", 8, 8, FACES, f"{AVATAR}4, by the same filter"),
    Example("emoji-haircut.png", "A haircut", 64, 64, EMOJI, f"{DRAWN}1F487-1F3FD-200D-2640-FE0F", COLOURED),
    Example("brick-foreign.png", "A brick wall with a piece of another texture", 64, 64, BRICK, DEFECT),
    Example("emoji-cake-lines.png", "The lines of a cake", 64, 64, EMOJI, f"{DRAWN}1F370, the line layer", LINES),
)


def find(name: str) -> Example:
    """The example of this name. Raises ExampleUnknown, naming those there are."""
    for example in EXAMPLES:
        if example.name == name:
            return example
    known = ", ".join(example.name for example in EXAMPLES)
    raise ExampleUnknown(f"no example is named {name!r}; there are {known}")


@cache
def read(example: Example) -> Content:
    """Its file."""
    data = (FOLDER / example.name).read_bytes()
    return Content(data, f'"{sha256(data).hexdigest()[:32]}"')
