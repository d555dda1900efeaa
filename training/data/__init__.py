"""Named data sets as uint8 arrays: `load("mnist-10k")`."""

from training.data.dataset import SPLITS, Dataset, Source, Split
from training.data.errors import DataError
from training.data.face import attribute_options
from training.data.registry import DATASETS, load
from training.data.unpaired import unpair

__all__ = ["DATASETS", "SPLITS", "DataError", "Dataset", "Source", "Split", "attribute_options", "load", "unpair"]
