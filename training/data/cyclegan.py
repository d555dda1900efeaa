"""horse2zebra and its siblings: the unpaired sets of CycleGAN (Zhu et al. 2017, arXiv:1703.10593).

A zip with trainA, trainB, testA and testB, 256 px JPEGs mostly. The photographs are from ImageNet, Flickr and WikiArt;
the authors state no licence for them.
"""

from functools import partial
from pathlib import Path

from training.data.archive import members
from training.data.dataset import Dataset, Source
from training.data.download import Download
from training.data.entry import Entry
from training.data.images import SUFFIXES, Picture, decoded, squared
from training.data.progress import progress
from training.data.unpaired import FOLDERS, unpaired

LICENCE = "none stated by the authors; research use"
_SITES = (
    "https://efrosgans.eecs.berkeley.edu/cyclegan/datasets/",
    "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/",
    "https://people.eecs.berkeley.edu/~taesung_park/CycleGAN/datasets/",
)
_SETS = {  # name -> A, B, sha256 of the zip
    "horse2zebra": ("horses", "zebras", "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1"),
    "apple2orange": ("apples", "oranges", "845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8"),
    "summer2winter_yosemite": (
        "Yosemite in summer",
        "in winter",
        "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
    ),
    "monet2photo": ("Monet", "photographs", "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04"),
    "cezanne2photo": ("Cezanne", "photographs", "3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff"),
    "ukiyoe2photo": ("ukiyo-e", "photographs", "02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08"),
    "vangogh2photo": ("van Gogh", "photographs", "362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff"),
    "maps": ("aerial photographs", "maps", "639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e"),
    "facades": ("facades", "their labels", "9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0"),
    "iphone2dslr_flower": (
        "flowers by telephone",
        "by camera",
        "8fcb5e374d631b107e1d961b8c4cd0a186aa2a4ff3e279923f4c426128de7113",
    ),
}


def archive_of(name: str) -> Download:
    """The set's zip."""
    return Download(f"{name}.zip", tuple(f"{site}{name}.zip" for site in _SITES), _SETS[name][2])


def build(archive: Download, root: Path, size: int) -> dict[str, Dataset]:
    """The official split; every image cut to its centre square and resampled to `size`."""
    name = archive.file.removesuffix(".zip")
    pictures: dict[str, list[Picture]] = {folder: [] for folder in FOLDERS}
    files = members(archive.fetch(root), f"{name}/")
    for key, content in progress(files, label=f"{name}: read at {size} px"):
        folder = key.partition("/")[0]
        if folder in pictures and key.lower().endswith(SUFFIXES):
            pictures[folder].append(Picture(key, squared(decoded(content, key).convert("RGB"), size)))
    source = Source(
        title=name,
        licence=LICENCE,
        origin=archive.mirrors[0],
        obtained=f"the official zip, official split; centre square, bicubic to {size} px",
        citation="Zhu, Park, Isola, Efros 2017, Unpaired image-to-image translation using cycle-consistent "
        "adversarial networks, arXiv:1703.10593",
        sha256={archive.file: archive.sha256},
    )
    return unpaired(name, pictures, source)


def entry(name: str) -> Entry:
    """The registry's entry for one of the sets."""
    a, b, _ = _SETS[name]
    return Entry(
        name=name,
        about=f"unpaired: {a} and {b}",
        licence=LICENCE,
        build=partial(build, archive_of(name)),
        size=256,
        sizes=range(16, 257),
    )


ENTRIES = tuple(map(entry, _SETS))
