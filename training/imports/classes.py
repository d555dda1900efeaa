"""The names of ImageNet's 1,000 classes: the lemmas of their WordNet synsets, as timm (Apache-2.0) lists them."""

from collections import Counter
from pathlib import Path

from training.data.archive import members
from training.data.packages import Package

PACKAGE = Package(
    client="pip",
    name="timm",
    version="1.0.31",
    file="timm-1.0.31-py3-none-any.whl",
    sha256="5bd50f7d0fe6d09bf9285ac2523234a1b7e6bf075c0be3e7aed09139fcb617c7",
)
FOLDER = "timm/data/_info/"


def class_names(root: Path) -> tuple[str, ...]:
    """One name a class, in the order of the logits, from the package under `root`; no two are equal."""
    files = {name: content.decode() for name, content in members(PACKAGE.fetch(root), FOLDER, suffix=".txt")}
    lemmas = dict(line.split("\t") for line in files["imagenet_synset_to_lemma.txt"].splitlines())
    return named([(synset, lemmas[synset]) for synset in files["imagenet_synsets.txt"].split()])


def named(classes: list[tuple[str, str]]) -> tuple[str, ...]:
    """The first lemma of each synset; two cranes are told apart by the synset behind it."""
    first = [lemmas.split(",")[0].strip() for _, lemmas in classes]
    times = Counter(first)
    return tuple(
        name if times[name] == 1 else f"{name} ({synset})" for name, (synset, _) in zip(first, classes, strict=True)
    )
