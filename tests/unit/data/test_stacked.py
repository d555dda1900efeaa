import numpy as np
import pytest

from training.data.dataset import Dataset, Source
from training.data.stacked import stack

SOURCE = Source("digits", "CC0-1.0", "the test", "drawn")


def test_a_stack_has_a_digit_a_channel_and_their_number_as_label() -> None:
    images = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 28, 28), np.uint8)
    digits = Dataset("mnist-10k", images, ("a", "b", "c", "d"), SOURCE, labels=np.array([0, 3, 7, 9]))
    stacked = stack(digits, np.array([[1, 2, 3], [0, 0, 1]]))
    assert stacked.images.shape == (2, 3, 28, 28)
    assert stacked.images[0, :, 0, 0].tolist() == [1, 2, 3]
    assert stacked.labels is not None
    assert stacked.labels.tolist() == [379, 3]
    assert stacked.keys == ("b+c+d", "a+a+b")
    assert stacked.label_names[379] == "379"


def test_images_are_contiguous_and_own_their_memory() -> None:
    digits = Dataset("m", np.zeros((2, 1, 28, 28), np.uint8), ("a", "b"), SOURCE, labels=np.array([0, 1]))
    assert stack(digits, np.array([[0, 1, 1]])).images.flags["C_CONTIGUOUS"]
    with pytest.raises(IndexError):
        stack(digits, np.array([[0, 1, 2]]))
