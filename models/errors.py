"""What can go wrong with a model, in the words of the layer that knows.

ZerosumError
├── CheckpointError            a folder under weights/ that cannot be served
│   ├── CardMissing
│   ├── CardInvalid
│   ├── WeightsMissing
│   ├── WeightsCorrupt         the digest, the header or a tensor is not what the card says
│   └── FamilyUnknown
├── LatentInvalid              a seed, truncation or latent no prior can take
├── CodeInvalid                a value that a code cannot take
├── CodeUnknown                a model has no code of that name
├── DirectionUnknown           a model does not translate that way
├── AttackInvalid              an attack that cannot be made: its eps, steps, goal or norm
├── DefenceInvalid             a defence that there is not, or not at that value
├── CalibrationMissing         a scorer of anomalies that has seen no held-out normals
└── CalibrationTooSmall        too few held-out normals for the false-positive rate that is asked for
"""


class ZerosumError(Exception):
    """The root of every error that Zerosum raises on purpose."""


class CheckpointError(ZerosumError):
    """A checkpoint folder that cannot be used."""


class CardMissing(CheckpointError):
    """The folder has no card.json."""


class CardInvalid(CheckpointError):
    """card.json is no JSON, or says what no card may say."""


class WeightsMissing(CheckpointError):
    """The folder has no model.safetensors."""


class WeightsCorrupt(CheckpointError):
    """model.safetensors is truncated, altered, or not this family's."""


class FamilyUnknown(CheckpointError):
    """The card names a family that this version does not have."""


class LatentInvalid(ZerosumError):
    """A seed, a truncation or a latent outside what the prior takes."""


class CodeInvalid(ZerosumError):
    """A value that a code cannot take."""


class CodeUnknown(ZerosumError):
    """A model has no code of that name."""


class DirectionUnknown(ZerosumError):
    """A model does not translate that way."""


class AttackInvalid(ZerosumError):
    """An attack that cannot be made: its eps, its steps, its goal or its norm."""


class DefenceInvalid(ZerosumError):
    """A defence that there is not, or not at that value."""


class CalibrationMissing(ZerosumError):
    """A scorer of anomalies without scores of held-out normals: nothing says what its scores mean."""


class CalibrationTooSmall(ZerosumError):
    """Too few held-out normals for the false-positive rate that is asked for."""
