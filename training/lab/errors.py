"""What the lab cannot show.

ZerosumError
└── LabError
    └── LogUnfit     a run's log that is not there, cannot be read, or does not hold what a picture needs
"""

from models.errors import ZerosumError


class LabError(ZerosumError):
    """The root of what the lab raises."""


class LogUnfit(LabError):
    """A run's log that is not there, cannot be read, or does not hold what a picture needs."""
