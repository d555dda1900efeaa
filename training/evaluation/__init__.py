"""Checkpoints measured: `zerosum eval`, and the figures that an export writes into a card.

What needs pydantic is imported when it is asked for, so that `zerosum train` starts on a machine without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.evaluation.anomaly import measure_anomaly
    from training.evaluation.attributes import measure_attributes
    from training.evaluation.classifier import measure_classifier
    from training.evaluation.denoising import measure_denoising
    from training.evaluation.finding import measure_finding
    from training.evaluation.paths import measure_paths
    from training.evaluation.reading import measure_reading
    from training.evaluation.robustness import measure_robustness
    from training.evaluation.sampler import measure_sampler
    from training.evaluation.segmentation import measure_segmentation
    from training.evaluation.stacked import measure_stacked
    from training.evaluation.translation import measure_translation

__all__ = [
    "measure_anomaly",
    "measure_attributes",
    "measure_classifier",
    "measure_denoising",
    "measure_finding",
    "measure_paths",
    "measure_reading",
    "measure_robustness",
    "measure_sampler",
    "measure_segmentation",
    "measure_stacked",
    "measure_translation",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{name.removeprefix('measure_')}"), name)
