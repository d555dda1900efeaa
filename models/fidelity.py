"""How near one image comes to another."""

from torch import Tensor

from models.tensors import Images, Scores


def error(x: Images, y: Images) -> Scores:
    """The mean squared difference of each image; summed in float64, so that its place in a batch changes nothing."""
    mse: Tensor = (x - y).double().square().mean(dim=(1, 2, 3)).float()
    return mse


def mse_of(psnr: float) -> float:
    """The mean squared error, values in [0, 1], at so many dB."""
    return float(10 ** (-psnr / 10))
