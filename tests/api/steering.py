"""Tiny models that can be steered, under the names that the examples of the OpenAPI document use."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from models.capabilities import capabilities_of
from models.card import Calibration, Card
from models.checkpoint import write_card, write_weights
from models.codes import Code
from models.families.aae import AAEConfig
from models.families.attribute_cnn import AttributeCNNConfig
from models.families.cgan import CGANConfig
from models.families.cyclegan import CycleGANConfig
from models.families.efficientnet_lite import EfficientNetLiteConfig
from models.families.hgd import HGD, HGDConfig
from models.families.infogan import InfoGANConfig
from models.families.inpaint import Inpaint, InpaintConfig
from models.families.latent_finder import LatentFinderConfig
from models.families.pix2pix import Pix2PixConfig
from models.families.strided_cnn import StridedCNNConfig
from models.families.stylegan2 import Generator as StyleGAN2
from models.families.stylegan2 import StyleGAN2Config
from models.families.unet import UNetConfig
from models.registry import family
from tests.unit.models.cards import card_facts

CGAN, INFOGAN, AAE = "cgan-mnist", "infogan-mnist", "aae-mnist"
CODED_AAE, READER = "aae-semi-mnist", "attributes-v1"
SIZE = {"height": 28, "width": 28, "channels": 1}
LABEL = Code("label", tuple("0123456789"))

CONFIGS: dict[str, tuple[str, Any]] = {
    CGAN: ("cgan", CGANConfig(codes=(LABEL, Code("slant")), latent_dim=4, widths=(4, 4, 4))),
    INFOGAN: ("infogan", InfoGANConfig(latent_dim=4, width=4, hidden=16)),
    AAE: ("aae", AAEConfig(width=4)),
    READER: ("attribute-cnn", AttributeCNNConfig(width=2, doublings=1, features=4, channels=1)),
    CODED_AAE: ("aae", AAEConfig(width=4, codes=(LABEL,))),
}

LITE, CNN = "efficientnet-lite0", "cnn-mnist"
CLASSIFIERS: dict[str, tuple[str, Any, dict[str, int]]] = {  # with the images that they take
    LITE: (
        "efficientnet-lite",
        EfficientNetLiteConfig(size=32, width=0.25, depth=0.1, classes=7),
        {"height": 64, "width": 64, "channels": 3},
    ),
    CNN: ("strided-cnn", StridedCNNConfig(width=4, hidden=16), SIZE),
}

FINDER = f"start-{CGAN}"
DENOISER, STYLED = "hgd-mnist", "stylegan2-avatars"
FACE = {"height": 64, "width": 64, "channels": 3}

UNET, PIX2PIX, CYCLEGAN = "unet-openmoji-parts", "pix2pix-openmoji", "cyclegan-openmoji"
GLASSES = "cyclegan-glasses"
COLOUR = {"height": 32, "width": 32, "channels": 3}
PARTS = ("background", "color", "line")
DRAWERS: dict[str, tuple[str, Any]] = {
    UNET: ("unet", UNetConfig(classes=len(PARTS), width=4, depth=2)),
    PIX2PIX: ("pix2pix", Pix2PixConfig(("line", "color"), width=4, depth=2)),
    CYCLEGAN: ("cyclegan", CycleGANConfig(("color", "line"), (3, 1), width=4, blocks=1)),
    GLASSES: ("cyclegan", CycleGANConfig(("none", "glasses"), (3, 3), width=4, blocks=1)),
}

BRICK, UNCALIBRATED = "inpaint-brick", "inpaint-new"
SCORED = {"height": 32, "width": 32, "channels": 1}


def normal_levels(seed: int) -> NDArray[np.uint8]:
    """A normal image of the scorer of anomalies: noise around a level of its own."""
    random = np.random.default_rng(seed)
    levels = random.uniform(90, 130) + random.normal(0, random.uniform(8, 12), (32, 32))
    rounded: NDArray[np.uint8] = np.rint(levels.clip(0, 255)).astype(np.uint8)
    return rounded


def calibrated(network: torch.nn.Module, n: int = 199) -> Calibration:
    """By n of these images."""
    assert isinstance(network, Inpaint)
    x = torch.from_numpy(np.stack([normal_levels(seed) for seed in range(100_000, 100_000 + n)]))[:, None].float() / 255
    found = network.inspect(x)
    values = (found.score, found.heat.flatten(1).amax(dim=1))
    scores, peaks = (tuple(sorted(each.tolist())) for each in values)
    return Calibration(data="noise", scores=scores, peaks=peaks)


def write_scorers(root: Path) -> None:
    """A scorer of anomalies with and one without held-out normals."""
    torch.manual_seed(0)
    config = InpaintConfig(width=4, depth=1, scales=(4,))
    for name in (BRICK, UNCALIBRATED):
        network = family("inpaint").build(config).eval().requires_grad_(False)
        network.load_state_dict(network.state_dict() | {"centre": torch.tensor([-2.0]), "spread": torch.tensor([0.5])})
        facts: dict[str, Any] = {"family": "inpaint", "config": asdict(config), "input": SCORED, "output": None}
        digest, size = write_weights(root / name, network)
        facts |= {"capabilities": capabilities_of(network), "sha256": digest, "size": size}
        facts |= {"calibration": calibrated(network)} if name == BRICK else {}
        write_card(root / name, Card.model_validate(card_facts(name) | facts))


def write_steerable(root: Path) -> None:
    """A checkpoint of each, the same ones every time: what an attack or a search comes to depends on the weights."""
    torch.manual_seed(0)
    for name, (kind, config) in CONFIGS.items():
        write_model(root, name, kind, config, SIZE)
    for name, (kind, config) in DRAWERS.items():
        write_model(root, name, kind, config, COLOUR, labels=PARTS if kind == "unet" else (), output=None)
    for name, (kind, config, spec) in CLASSIFIERS.items():
        labels = tuple(f"class {i}" for i in range(config.classes))
        write_model(root, name, kind, config, spec, labels=labels, output=None)
    write_model(root, DENOISER, "hgd", HGDConfig(widths=(4, 4)), SIZE, output=None)
    write_scorers(root)
    torch.manual_seed(0)  # whether a search ends in time depends on the weights
    config = StyleGAN2Config(latent_dim=6, style_dim=5, widths=(8, 6, 4, 4, 4))
    write_model(root, STYLED, "stylegan2", config, SIZE, input=None, output=FACE)
    finder = LatentFinderConfig(columns=15, widths=(4, 4), hidden=8)  # 4 of noise, 10 of a label, a slant
    write_model(root, FINDER, "latent-finder", finder, SIZE, output=None)


def write_model(root: Path, name: str, kind: str, config: Any, spec: dict[str, int], **more: Any) -> None:
    """A checkpoint of untrained weights."""
    network = family(kind).build(config)
    if isinstance(network, HGD):  # an untrained one takes nothing off
        torch.nn.init.normal_(network.to_residual.weight, std=0.3)
    if isinstance(network, StyleGAN2):  # an untrained one heeds no noise
        for name_of, weight in network.named_parameters():
            if name_of.endswith("strength"):
                torch.nn.init.constant_(weight, 0.3)
    facts = {"family": kind, "config": asdict(config), "capabilities": capabilities_of(network), "input": spec}
    facts |= more
    digest, size = write_weights(root / name, network)
    write_card(root / name, Card.model_validate(card_facts(name) | facts | {"sha256": digest, "size": size}))


async def ask(client: httpx.AsyncClient, path: str, accept: str = "image/png", **fields: Any) -> httpx.Response:
    """POST with a JSON body."""
    headers = {"Accept": accept} | fields.pop("headers", {})
    return await client.post(path, json=fields, headers=headers)


async def show(
    client: httpx.AsyncClient, path: str, *files: bytes, accept: str = "application/json", **fields: str
) -> httpx.Response:
    """POST with images."""
    images = [("image", ("image.png", file, "image/png")) for file in files]
    return await client.post(path, data=fields, files=images, headers={"Accept": accept})


async def floats(client: httpx.AsyncClient, path: str, **fields: Any) -> NDArray[np.float32]:
    """The raw tensor."""
    response = await ask(client, path, "application/x-npy", **fields)
    assert response.status_code == 200, response.text
    array: NDArray[np.float32] = np.load(io.BytesIO(response.content), allow_pickle=False)
    return array


async def facts(client: httpx.AsyncClient, path: str, **fields: Any) -> dict[str, Any]:
    """The JSON answer."""
    response = await ask(client, path, "application/json", **fields)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def refused(response: httpx.Response, slug: str, sentence: str) -> None:
    """A problem of this type, with this sentence in it."""
    assert response.status_code == 422, response.text
    assert response.json()["type"] == f"/docs/problems/{slug}"
    assert sentence in response.json()["detail"]


def digit(seed: int = 0, *, size: tuple[int, int] = (28, 28)) -> bytes:
    """A PNG of noise, grey."""
    levels = np.random.default_rng(seed).integers(0, 256, size[::-1], np.uint8)
    return saved(Image.fromarray(levels))


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
