"""What can go wrong with data, in the words of the layer that knows.

ZerosumError
└── DataError
    ├── UnknownDataset      no such name in the registry
    ├── UnknownSplit        the set has no such split
    ├── BadSize             the set cannot be had at that size
    ├── BadLayout           a folder or file of the user's own is not laid out as its prefix says
    ├── MissingPackage      an optional Python package that building this set needs
    ├── SourceUnavailable   npm, pip or every mirror failed to deliver
    ├── DigestMismatch      what came is not what was published (or not what came the first time)
    ├── BadArchive          an archive that is malformed, names files outside itself, or unpacks to too much
    ├── CorruptCache        a cached file that cannot be read and cannot be remade
    └── CacheNotWritable    the data folder is read-only, full or not a folder
"""

from models.errors import ZerosumError


class DataError(ZerosumError):
    """Anything wrong with a data set."""


class UnknownDataset(DataError):
    """No such name in the registry."""


class UnknownSplit(DataError):
    """The set has no such split."""


class BadSize(DataError):
    """The set cannot be had at that size."""


class BadLayout(DataError):
    """A folder or file of the user's own is not laid out as its prefix says."""


class MissingPackage(DataError):
    """An optional Python package that building this set needs."""


class SourceUnavailable(DataError):
    """npm, pip or every mirror failed to deliver."""


class DigestMismatch(DataError):
    """What came is not what was published, or not what came the first time."""


class BadArchive(DataError):
    """An archive that is malformed, names files outside itself, or unpacks to too much."""


class CorruptCache(DataError):
    """A cached file that cannot be read and cannot be remade."""


class CacheNotWritable(DataError):
    """The data folder is read-only, full or not a folder."""
