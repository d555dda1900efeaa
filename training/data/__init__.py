"""Named data sets as uint8 arrays: `load("mnist-10k")`."""

from training.data.dataset import SPLITS, Dataset, Source, Split
from training.data.errors import DataError
from training.data.registry import DATASETS, load

__all__ = ["DATASETS", "SPLITS", "DataError", "Dataset", "Source", "Split", "load"]
