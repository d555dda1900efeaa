"""What cannot be evaluated.

ZerosumError
└── EvaluationError
    ├── CheckpointUnknown     no checkpoint of that id
    ├── NothingToMeasure      the checkpoint can do nothing that has a metric, or its data has no labels
    ├── ExtractorMissing      no checkpoint, or no single one, gives features of these images
    └── ExtractorUnfit        the extractor takes other images, or other classes
"""

from models.errors import ZerosumError


class EvaluationError(ZerosumError):
    """The root of what evaluation raises."""


class CheckpointUnknown(EvaluationError):
    """No checkpoint of that id."""


class NothingToMeasure(EvaluationError):
    """The checkpoint can do nothing that has a metric, or its data has no labels."""


class ExtractorMissing(EvaluationError):
    """No checkpoint, or no single one, gives features of these images."""


class ExtractorUnfit(EvaluationError):
    """The extractor takes other images, or other classes."""
