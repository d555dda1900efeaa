"""From a finished run to a checkpoint folder: averaged weights, measured card, a sheet of samples."""

import dataclasses
import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch
from torch import nn

from models.tensors import Images
from training.data import Dataset, load
from training.errors import ExportFailed
from training.grid import write_sheet
from training.randomness import GRID_STEP, seed_step
from training.recipe import Recipe
from training.run import Outcome
from training.state import STATE, trained_network

SEEING = {
    "encoder",
    "code-reader",
    "classifier",
    "segmenter",
    "translator",
    "denoiser",
    "anomaly-scorer",
    "latent-finder",
    "feature-extractor",
}  # capabilities that take images
REDRAWING = {"segmenter", "translator"}  # whose sheets are of test images, beside what they should have become

logger = logging.getLogger(__name__)


def export(outcome: Outcome, target: Path) -> Path:
    """Writes target/<id>/ and returns it. Raises ExportFailed where the card cannot be written on this machine."""
    try:
        from models.card import Card
        from models.checkpoint import SAMPLES, write_card, write_weights
    except ModuleNotFoundError as error:
        raise ExportFailed(
            f"the run is complete and saved in {outcome.options.run}, but writing its card needs {error.name}: "
            f"repeat the command with --resume auto on a machine that has it"
        ) from error
    spec, data = outcome.spec, load(outcome.data, split="train", size=outcome.spec.size)
    config = spec.model_config(outcome.preset.config, data)
    recipe = spec.build(outcome.preset.config, data)
    network = recipe.network.eval().requires_grad_(False)
    trained_network(outcome.options.run / STATE, network)
    folder = target / spec.id
    sha256, size = write_weights(folder, network)
    if (x := picture(outcome, recipe, network)) is not None:
        write_sheet(folder / SAMPLES, x, scale=2)
    write_card(folder, Card.model_validate(facts(outcome, data, network, config) | {"sha256": sha256, "size": size}))
    return folder


@torch.no_grad()
def picture(outcome: Outcome, recipe: Recipe, network: nn.Module) -> Images | None:
    """The preview, of test images where the network makes something of images."""
    from models.capabilities import capabilities_of

    spec = outcome.spec
    if REDRAWING & set(capabilities_of(network)):
        test = load(outcome.data, split="test", size=spec.size)
        recipe = spec.build(
            outcome.preset.config, test if test.pairs is None else dataclasses.replace(test, other=test.pairs)
        )
    draw = seed_step(seed=outcome.options.seed, step=GRID_STEP, rank=0, device=torch.device("cpu"))
    return recipe.preview(network, draw)


def facts(outcome: Outcome, data: Dataset, network: nn.Module, config: Any) -> dict[str, Any]:
    """Every field of the card but those of the file."""
    from models.capabilities import capabilities_of

    spec, image = outcome.spec, {"height": data.size, "width": data.size, "channels": data.channels}
    capabilities = capabilities_of(network)
    return {
        "id": spec.id,
        "title": spec.title,
        "family": spec.family,
        "capabilities": capabilities,
        "config": dataclasses.asdict(config),
        "input": image if SEEING & set(capabilities) else None,
        "output": image if "sampler" in capabilities else None,
        "labels": labels(data, capabilities),
        "data": {
            "name": data.name,
            "licence": data.source.licence,
            "obtained": data.source.obtained,
            "images": len(data),
        },
        "training": training_facts(outcome),
        "metrics": metrics(outcome, network),
        "published": spec.text.published,
        "calibration": calibration(outcome, network, capabilities),
        "papers": spec.papers,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "licence": spec.text.licence,
        "intended_use": spec.text.intended_use,
        "limits": spec.text.limits,
    }


def labels(data: Dataset, capabilities: Collection[str]) -> tuple[str, ...]:
    """The names of what the network tells apart: classes of images, or of pixels."""
    if "segmenter" in capabilities:
        return data.mask_names
    return data.label_names if "classifier" in capabilities else ()


def calibration(outcome: Outcome, network: nn.Module, capabilities: Collection[str]) -> Any:
    """The scores of held-out normals; None for what scores no anomalies."""
    if "anomaly-scorer" not in capabilities:
        return None
    from training.evaluation.anomaly import measure_calibration

    return measure_calibration(network, data=outcome.data, size=outcome.spec.size)


def metrics(outcome: Outcome, network: nn.Module) -> tuple[Any, ...]:
    """The recipe's figures; none where no extractor knows the images, as with a user's own."""
    from training.evaluation.errors import ExtractorMissing

    spec = outcome.spec
    try:
        return spec.measure(
            network,
            data=outcome.data,
            size=spec.size,
            command=f"zerosum eval {spec.id}",
            samples=outcome.preset.plan.samples,
        )
    except ExtractorMissing as error:
        logger.warning("the card has no figures: %s", error)
        return ()


def training_facts(outcome: Outcome) -> dict[str, Any]:
    """How, where and for how long it was trained."""
    plan = outcome.preset.plan
    return {
        "recipe": outcome.spec.id,
        "preset": outcome.preset_name,
        "parameters": dataclasses.asdict(plan) | dataclasses.asdict(outcome.preset.config),
        "seed": outcome.options.seed,
        "steps": outcome.progress.step,
        "images_seen": outcome.progress.step * plan.batch_size,
        "seconds": round(outcome.progress.seconds, 1),
        "hardware": "; ".join(outcome.progress.hardware),
        "precision": plan.precision,
        "torch": outcome.progress.torch,
        "commit": outcome.progress.commit,
        "command": " ".join(["zerosum train", outcome.spec.id, *flags(outcome)]),
    }


def flags(outcome: Outcome) -> list[str]:
    """The options of the command that remakes the checkpoint."""
    given = outcome.overrides
    named = {"steps": given.steps, "batch-size": given.batch_size, "precision": given.precision, "data": given.data}
    named |= {"size": given.size}
    words = [f"--preset {outcome.preset_name}", f"--seed {outcome.options.seed}"]
    words += [f"--{name} {value}" for name, value in named.items() if value is not None]
    return [*words, *(f"--set {setting}" for setting in given.settings)]
