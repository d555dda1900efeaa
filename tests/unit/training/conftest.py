"""Small judges of samples, for runs whose log tells sample quality: the shipped ones take longer than the training."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from models.capabilities import capabilities_of
from models.families import dcgan, sngan, stylegan2
from models.families.attribute_cnn import AttributeCNN, AttributeCNNConfig
from models.families.digits_cnn import DigitsCNN, DigitsCNNConfig
from models.families.strided_cnn import StridedCNN, StridedCNNConfig
from tests.unit.evaluation.worlds import classifier_facts, save

STYLES = stylegan2.StyleGAN2Config(latent_dim=4, style_dim=4, widths=(4, 4, 4, 4, 4))
GENERATORS: tuple[tuple[str, Any, Any, int, int], ...] = (
    ("sngan-mnist", sngan.Generator, sngan.SNGANConfig(latent_dim=4, width=4), 28, 1),
    ("dcgan-mnist", dcgan.Generator, dcgan.DCGANConfig(latent_dim=4, width=4), 28, 1),
    ("stylegan2-avatars", stylegan2.Generator, STYLES, 64, 3),
)


@pytest.fixture(scope="session")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an extractor for stripes, one for faces, a guide for denoisers and generators, all untrained."""
    root = tmp_path_factory.mktemp("judges")
    digits = DigitsCNNConfig(width=4, features=8)
    save(root, "stripes-cnn", DigitsCNN(digits).eval(), **classifier_facts("stripes", digits))
    attributes = AttributeCNNConfig(width=4, doublings=2, features=8)
    network = AttributeCNN(attributes).eval()
    facts = {
        "family": "attribute-cnn",
        "capabilities": capabilities_of(network),
        "config": asdict(attributes),
        "input": {"height": 64, "width": 64, "channels": 3},
        "output": None,
    }
    save(root, "faces-cnn", network, **facts)
    guide = StridedCNNConfig(width=4, hidden=16)
    facts = classifier_facts("stripes", digits) | {"family": "strided-cnn", "config": asdict(guide)}
    save(root, "cnn-mnist", StridedCNN(guide).eval(), **facts | {"capabilities": ["classifier"]})
    for name, build, config, side, channels in GENERATORS:
        made = build(config).eval()
        image = {"height": side, "width": side, "channels": channels}
        facts = classifier_facts("stripes", digits) | {"family": name.partition("-")[0], "config": asdict(config)}
        save(root, name, made, **facts | {"capabilities": capabilities_of(made), "input": None, "output": image})
    return root


@pytest.fixture(scope="module")
def judged(judges: Path) -> Iterator[None]:
    """These, and no others, are there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZEROSUM_WEIGHTS", str(judges))
        yield
