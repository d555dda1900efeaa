"""What a request for larger images asks for, bounded before any network is asked."""

from dataclasses import dataclass

from app.errors import UpscaleInvalid
from models.card import Card, ImageSpec

MAX_STEPS, MAX_RESTARTS, MAX_RESULTS, RESTARTS = 1000, 16, 16, 8
LEAST_PSNR, MOST_PSNR = 10.0, 50.0  # beyond that the rounding of the small image itself is in the way


@dataclass(frozen=True)
class Asked:
    """`factor` says that images are made small first; without it they are small. `noise` is searched too, or not."""

    factor: int | None
    steps: int
    restarts: int
    results: int
    psnr: float
    noise: bool

    @property
    def terms(self) -> tuple[object, ...]:
        """What names it."""
        return self.factor, self.steps, self.restarts, self.results, self.psnr, self.noise


def asked(
    card: Card,
    output: ImageSpec,
    *,
    factor: int | None,
    steps: int,
    restarts: int | None,
    results: int,
    psnr: float,
    noise: bool,
) -> Asked:
    """The plan. Restarts are at least as many as results. Raises UpscaleInvalid."""
    tries = max(RESTARTS, results) if restarts is None else restarts
    if results > tries:
        raise UpscaleInvalid(f"num_results is {results}; each comes from a restart of its own, and there are {tries}")
    if not LEAST_PSNR <= psnr <= MOST_PSNR:
        raise UpscaleInvalid(f"target_psnr is {psnr:g} dB; it lies in {LEAST_PSNR:g}..{MOST_PSNR:g}")
    if noise and "style-sampler" not in card.capabilities:
        raise UpscaleInvalid(f"noise is true, and {card.id} is no style-sampler: its layers take none")
    most = min(output.height, output.width) // 2
    if factor is not None and not 2 <= factor <= most:
        raise UpscaleInvalid(
            f"factor is {factor}; images of {output.width}x{output.height} are made 2 to {most} times smaller"
        )
    return Asked(factor, steps, tries, results, psnr, noise)


def small_size(card: Card, output: ImageSpec, size: tuple[int, int]) -> tuple[int, int]:
    """The height and width of a small image, if the model's images could have become it. Raises UpscaleInvalid."""
    height, width = size
    large = f"{card.id} makes images of {output.width}x{output.height}"
    if height > output.height or width > output.width:
        raise UpscaleInvalid(f"the image has {width}x{height} pixels, and {large}: it is not smaller; see `factor`")
    if height * output.width != width * output.height:
        raise UpscaleInvalid(f"the image has {width}x{height} pixels, and {large}: other proportions")
    if min(height, width) < 2:
        raise UpscaleInvalid(f"the image has {width}x{height} pixels, as any image may have become; 2x2 is the least")
    return size
