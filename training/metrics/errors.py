"""What no metric can be computed from.

ZerosumError
└── MetricError
    ├── TooFewImages     a set is smaller than the arithmetic needs
    └── NotFinite        a feature or logit is NaN or infinite
"""

from models.errors import ZerosumError


class MetricError(ZerosumError):
    """The root of what the metrics raise."""


class TooFewImages(MetricError):
    """A set is smaller than the arithmetic needs."""


class NotFinite(MetricError):
    """A feature or logit is NaN or infinite."""
