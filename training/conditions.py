"""What a data set knows of its images, as the codes of a conditional model."""

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray

from models.codes import Code
from models.tensors import Features
from training.data import Dataset
from training.errors import DataUnfit
from training.recipe import Batch

LABEL = "label"  # the name of the one code of a set that has labels alone


def shares(index: NDArray[np.int64], names: tuple[str, ...]) -> tuple[float, ...]:
    """How often each value comes, to four places."""
    counts = np.bincount(index, minlength=len(names))
    return tuple(round(float(count) / len(index), 4) for count in counts)


def codes_of(recipe: str, data: Dataset) -> tuple[Code, ...]:
    """One code for each attribute, or one for the labels. Raises DataUnfit where the set has neither."""
    if data.attributes:
        return tuple(
            Code(name, data.attribute_names[name], shares(index, data.attribute_names[name]))
            for name, index in data.attributes.items()
        )
    if data.labels is None:
        raise DataUnfit(f"{recipe} learns from labels or attributes; {data.name} has none")
    return (Code(LABEL, data.label_names, shares(data.labels, data.label_names)),)


def columns_of(batch: Batch, codes: tuple[Code, ...]) -> Features:
    """The codes of a batch as the columns of a latent: b k, one-hot for each code."""
    chosen = [batch.attributes[code.name] if batch.attributes else batch.y for code in codes]
    return torch.cat(
        [
            functional.one_hot(index, code.width).float()
            for code, index in zip(codes, chosen, strict=True)
            if index is not None
        ],
        dim=1,
    )
