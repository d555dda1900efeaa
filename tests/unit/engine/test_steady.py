import pytest
import torch
import torch.nn.functional as functional
from hypothesis import given
from hypothesis import strategies as st

from app.engine.device import computing
from app.engine.steady import linear, sigmoid

CPU = torch.device("cpu")


@given(shape=st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_sigmoid_is_sigmoid(shape: list[int]) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(sigmoid(x), torch.sigmoid(x), atol=1e-6)
    assert sigmoid(x).shape == x.shape


@given(rows=st.integers(0, 20), bias=st.booleans())
def test_linear_is_linear(rows: int, bias: bool) -> None:
    draw = torch.Generator().manual_seed(0)
    x, weight = torch.randn(rows, 5, generator=draw), torch.randn(7, 5, generator=draw)
    b = torch.randn(7, generator=draw) if bias else None
    assert torch.allclose(linear(x, weight, b), functional.linear(x, weight, b), atol=1e-5)


def test_linear_takes_more_than_two_dimensions() -> None:
    x, weight = torch.randn(2, 3, 5), torch.randn(7, 5)
    assert torch.allclose(linear(x, weight), functional.linear(x, weight))


@pytest.mark.parametrize("size", [1, 15, 31, 33])
def test_in_a_lane_sigmoids_do_not_depend_on_their_neighbours(size: int) -> None:
    x = torch.randn(300 * size, generator=torch.Generator().manual_seed(1))
    with computing(CPU):
        assert torch.equal(torch.cat([torch.sigmoid(piece) for piece in x.split(size)]), torch.sigmoid(x))


@pytest.mark.parametrize("rows", [1, 2, 7, 8, 24, 64])
@pytest.mark.parametrize("width", [128, 1024])  # of the wider one MKL splits the sums by the number of rows
def test_in_a_lane_a_product_does_not_depend_on_how_many_rows_there_are(rows: int, width: int) -> None:
    draw = torch.Generator().manual_seed(1)
    x, weight = torch.randn(64, width, generator=draw), torch.randn(500, width, generator=draw)
    with computing(CPU):
        pieces = torch.cat([functional.linear(piece, weight) for piece in x.split(rows)])
        assert torch.equal(pieces, torch.cat([functional.linear(row, weight) for row in x.split(1)]))


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
@pytest.mark.parametrize("shape", [(192, 128, 8), (96, 48, 14), (16, 8, 28)])
def test_in_a_lane_a_lone_image_is_convolved_as_one_of_many(
    shape: tuple[int, int, int], layout: torch.memory_format
) -> None:
    c_in, c_out, side = shape
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(4, c_in, side, side, generator=draw).to(memory_format=layout)
    conv = torch.nn.Conv2d(c_in, c_out, 3, padding=1).to(memory_format=layout)  # type: ignore[call-overload]
    with computing(CPU):
        together, plain = conv(x), functional.conv2d(x, conv.weight, padding=1)
        assert torch.equal(together, torch.cat([conv(row) for row in x.split(1)]))
        alone = [functional.conv2d(row, conv.weight, padding=1, bias=None) for row in x.split(1)]
        assert torch.equal(plain, torch.cat(alone))


@pytest.mark.parametrize("shape", [(8, 6, 8), (6, 4, 16), (32, 24, 8), (16, 16, 64)])
def test_in_a_lane_a_gradient_does_not_depend_on_its_neighbours(shape: tuple[int, int, int]) -> None:
    c_in, c_out, side = shape
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(5, c_in, side, side, generator=draw).to(memory_format=torch.channels_last)
    weight = torch.randn(c_out, c_in, 3, 3, generator=draw)

    def slope(piece: torch.Tensor) -> torch.Tensor:
        piece = piece.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(functional.conv2d(piece, weight, padding=1).square().sum(), piece)
        return gradient

    with computing(CPU), torch.inference_mode(False), torch.enable_grad():
        assert torch.equal(slope(x), torch.cat([slope(piece) for piece in x.split(1)]))


def test_a_convolution_without_a_batch_is_left_alone() -> None:
    x, weight = torch.randn(3, 8, 8), torch.randn(2, 3, 3, 3)
    with computing(CPU):
        assert torch.allclose(functional.conv2d(x, weight), functional.conv2d(x[None], weight)[0], atol=1e-5)


def test_a_lane_computes_with_one_thread_and_without_gradients() -> None:
    with computing(CPU):
        assert torch.get_num_threads() == 1
        assert torch.is_inference_mode_enabled()
    assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_sigmoid_of_any_layout(layout: torch.memory_format) -> None:
    x = torch.randn(2, 3, 5, 7).to(memory_format=layout)
    assert torch.allclose(sigmoid(x), torch.sigmoid(x), atol=1e-6)
