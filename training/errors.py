"""What can go wrong while training, in the words of whoever runs it.

TrainingError
├── RecipeUnknown      no recipe or preset of that name
├── SettingInvalid     --set names no field of the recipe's config, or gives it another type
├── DeviceMissing      no such device on this machine
├── DataUnfit          images or labels that the recipe cannot learn from
├── CheckpointMissing  no checkpoint that this one is taught or measured by
├── BatchTooLarge      more images a step than the data set has, or than the processes can share
├── RunExists          the run folder holds a run that would be overwritten
├── RunForeign         the run folder holds a run of another recipe or config
├── RunCorrupt         a saved state that cannot be read
├── Diverged           a loss is no longer a number
└── ExportFailed       a finished run that cannot be made a checkpoint here
"""

from models.errors import ZerosumError


class TrainingError(ZerosumError):
    """The root of what training raises on purpose."""


class RecipeUnknown(TrainingError):
    """No recipe or preset of that name."""


class SettingInvalid(TrainingError):
    """--set names no field of the recipe's config, or gives it another type."""


class DeviceMissing(TrainingError):
    """No such device on this machine."""


class DataUnfit(TrainingError):
    """Images or labels that the recipe cannot learn from."""


class CheckpointMissing(TrainingError):
    """No checkpoint that this one is taught or measured by."""


class BatchTooLarge(TrainingError):
    """More images a step than the data set has, or than the processes can share."""


class RunExists(TrainingError):
    """The run folder holds a run that would be overwritten."""


class RunForeign(TrainingError):
    """The run folder holds a run of another recipe or config."""


class RunCorrupt(TrainingError):
    """A saved state that cannot be read."""


class Diverged(TrainingError):
    """A loss is no longer a number."""


class ExportFailed(TrainingError):
    """A finished run that cannot be made a checkpoint here."""
