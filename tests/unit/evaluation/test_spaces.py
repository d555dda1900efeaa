"""The space in which translations are compared."""

from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as functional

from models.families.efficientnet_lite import EfficientNetLite, EfficientNetLiteConfig
from tests.unit.evaluation.worlds import save
from training.evaluation.spaces import PHOTOGRAPHS, space_of

CONFIG = EfficientNetLiteConfig(size=32, width=0.25, depth=0.1, classes=7)


def small_lite(root: Path) -> EfficientNetLite:
    """In place of the classifier of photographs."""
    torch.manual_seed(0)
    network = EfficientNetLite(CONFIG).eval()
    facts = {
        "family": "efficientnet-lite",
        "capabilities": ["classifier"],
        "config": asdict(CONFIG),
        "input": {"height": 48, "width": 48, "channels": 3},
        "output": None,
        "labels": [str(i) for i in range(7)],
    }
    save(root, PHOTOGRAPHS, network, **facts)
    return network


def test_without_a_classifier_of_photographs_there_is_no_space(tmp_path: Path) -> None:
    assert space_of(None, tmp_path) is None


def test_images_of_any_size_and_grey_ones_are_seen_as_it_sees_photographs(tmp_path: Path) -> None:
    network = small_lite(tmp_path)
    space = space_of(None, tmp_path)
    assert space is not None
    assert space.name == "efficientnet-lite0-logits"
    grey = torch.randint(256, (3, 1, 20, 20), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        x = functional.interpolate(grey.expand(-1, 3, -1, -1) / 255, (48, 48), mode="bicubic", antialias=True)
        assert torch.allclose(space.features(grey), network.classify(x.clamp(0, 1)), atol=2e-2)  # weights are halved
    assert space.features(grey).shape == (3, 7)
