"""PULSE for whoever sends a small image: searches as rows, and what is sent back checked on its bytes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, log10
from time import perf_counter
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import nn

from app import codec
from app.answering.drawing import bounded
from app.answering.forms import Form
from app.answering.long import Found, LongOrder, Tell, long_order
from app.answering.pictures import Pictures, naming
from app.engine.running import Job, Method
from app.engine.work import Work
from app.runtime import Runtime
from app.superres.asked import Asked, small_size
from models.capabilities import LatentFinder, Sampler
from models.card import Card, ImageSpec
from models.fidelity import mse_of
from models.pulse.guess import numbers_of
from models.pulse.search import CANDIDATES, Budget, Results, searching
from models.pulse.solver import PULSE, Search
from models.pulse.solver import Found as Searched
from models.pulse.space import Space, StyleSpace, off_sphere, space_of
from models.tensors import Images

MARGIN = 0.05  # dB that a search goes beyond its target: Pillow rounds what it scales down
STARTS = "start-"  # before the id of the generator
NEWS_SECONDS = 0.5  # between two previews

_spaces: WeakKeyDictionary[nn.Module, Space] = WeakKeyDictionary()  # measured once a network, and forgotten with it


@dataclass(frozen=True)
class Place:
    """A space of latents, as searches of one model see it."""

    model: str
    space: Space
    output: ImageSpec
    finder: LatentFinder | None


def upscale_order(
    runtime: Runtime,
    model: str,
    pictures: Pictures,
    form: Form,
    *,
    asked: Asked,
    seed: int,
    tell: Tell | None = None,
) -> LongOrder:
    """Every image, `asked.results` times. Raises as the runtime does, TooManyImages, and UpscaleInvalid."""
    network, card, output = runtime.get(model, Sampler), runtime.card(model), output_of(runtime, model)
    bounded(runtime, "the number of images times num_results", len(pictures.files) * asked.results)
    bounded(runtime, "the number of images times restarts", len(pictures.files) * asked.restarts)
    max_pixels = runtime.settings.max_pixels
    sizes = [size_of(card, output, file, row, pictures, asked, max_pixels) for row, file in enumerate(pictures.files)]
    facts = {
        "factor": asked.factor,
        "steps": asked.steps,
        "restarts": asked.restarts,
        "target_psnr": asked.psnr,
        "noise": asked.noise,
        "seed": seed,
        "columns": asked.results,
    }

    def smalls() -> list[Images]:
        return [small(pictures, row, size, output, asked, max_pixels) for row, size in enumerate(sizes)]

    def work(_: object) -> Work[Found]:
        space = space_in(network, runtime.device)
        if isinstance(space, StyleSpace):
            space = replace(space, noise=asked.noise)
        place = Place(model, space, output, finder_of(runtime, model, space))
        return upscaled(place, [x.to(runtime.device) for x in smalls()], asked, seed, tell)

    return long_order(
        runtime,
        model,
        "upscale",
        pictures,
        form,
        terms=(*asked.terms, seed, finder_weights(runtime, model)),
        facts=facts,
        spec=output,
        steps=asked.restarts * asked.steps + CANDIDATES,
        work=work,
    )


def space_in(network: Sampler, device: torch.device) -> Space:
    """The space of a network, measured once."""
    key = cast(nn.Module, network)
    if key not in _spaces:
        _spaces[key] = space_of(network, device)
    return _spaces[key]


def finder_weights(runtime: Runtime, model: str) -> str | None:
    """What answers depend on besides the generator."""
    checkpoint = runtime.checkpoints.get(f"{STARTS}{model}")
    return checkpoint.card.sha256 if checkpoint else None


def finder_of(runtime: Runtime, model: str, space: Space) -> LatentFinder | None:
    """The network that knows where to start, if one is served under the model's name and of its latents."""
    checkpoint = runtime.checkpoints.get(f"{STARTS}{model}")
    network = checkpoint.network if checkpoint else None
    return network if isinstance(network, LatentFinder) and network.columns == sum(numbers_of(space)) else None


def output_of(runtime: Runtime, model: str) -> ImageSpec:
    """The images that a sampler makes. Raises as the runtime does."""
    runtime.get(model, Sampler)
    return cast(ImageSpec, runtime.card(model).output)  # a sampler without one is refused when it is loaded


def size_of(
    card: Card, output: ImageSpec, file: bytes, row: int, pictures: Pictures, asked: Asked, max_pixels: int
) -> tuple[int, int]:
    """Of the small image. Reads the header alone."""
    if asked.factor is not None:
        return output.height // asked.factor, output.width // asked.factor
    with naming(row, len(pictures.files)):
        return small_size(card, output, codec.size_of(file, max_pixels=max_pixels))


def small(
    pictures: Pictures, row: int, size: tuple[int, int], output: ImageSpec, asked: Asked, max_pixels: int
) -> Images:
    """One of them: as it was sent, or made small."""
    if asked.factor is None:
        with naming(row, len(pictures.files)):
            return codec.whole(pictures.files[row], size=size, channels=output.channels, max_pixels=max_pixels)
    large = pictures.decode(range(row, row + 1), output, max_pixels=max_pixels)
    pixels = codec.scaled_down(codec.to_uint8(large).numpy()[0], size)
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]


def upscaled(place: Place, smalls: Sequence[Images], asked: Asked, seed: int, tell: Tell | None) -> Work[Found]:
    """Images of one size are searched for side by side; each has its restarts, and keeps its best results."""
    by_size: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, x in enumerate(smalls):
        by_size[x.shape[2], x.shape[3]].append(row)
    images: dict[int, Images] = {}
    told: dict[int, list[dict[str, Any]]] = {}
    for size, rows in by_size.items():
        method = Method(place.model, "pulse", (*size, asked.noise), PULSE(place.space))
        results = yield from searched(place, method, torch.cat([smalls[row] for row in rows]), rows, asked, seed, tell)
        for number, row in enumerate(rows):
            chosen = diverse(results, number, asked)
            images[row] = results.found.images[chosen].cpu()
            told[row] = facts_of(results.found, chosen, smalls[row].cpu(), row, place.space, asked)
    order = range(len(smalls))
    return torch.cat([images[row] for row in order]), {"results": [each for row in order for each in told[row]]}


def searched(
    place: Place, method: Method, x: Images, rows: Sequence[int], asked: Asked, seed: int, tell: Tell | None
) -> Work[Results]:
    """Looks in slices of this work; searches beside those of whoever enlarges images of this size."""
    budget = Budget(asked.restarts, asked.results, asked.steps, mse_of(asked.psnr + MARGIN))
    search = searching(place.space, x, seed=seed, budget=budget, finder=place.finder)
    begun, came = perf_counter(), None
    while True:
        try:
            wave = search.send(came)
        except StopIteration as end:
            results: Results = end.value
            return results
        came = None
        if wave is None:
            yield
            continue
        owners = [rows[image] for image in wave.images.tolist()]
        came = yield Job(
            method=method,
            rows=wave.searches,
            steps=asked.steps,
            pixels=place.output.height * place.output.width,
            watch=None if tell is None else News(place.space, owners, asked.steps, tell, begun),
        )


def diverse(results: Results, image: int, asked: Asked) -> list[int]:
    """The searches to show: the nearest, then always the one least like those chosen, converged ones first."""
    rows = results.of(image)
    mse = results.found.mse[rows]
    pixels = results.found.images[rows].flatten(1)
    unlike, chosen = torch.full_like(mse, inf), [0]
    while len(chosen) < asked.results:
        unlike = torch.minimum(unlike, (pixels - pixels[chosen[-1]]).square().sum(dim=1))
        worth = torch.where(mse <= mse_of(asked.psnr), unlike + pixels.shape[1], unlike)
        worth[chosen] = -1
        chosen.append(int(worth.argmax()))
    return [int(row) for row in rows[chosen]]


def facts_of(
    found: Searched, chosen: Sequence[int], x: Images, row: int, space: Space, asked: Asked
) -> list[dict[str, Any]]:
    """What is true of the bytes that are sent: scaled down by Pillow, which no search has seen."""
    target = codec.to_uint8(x).numpy()
    facts = []
    for number, each in enumerate(chosen):
        pixels = codec.to_uint8(found.images[each : each + 1].cpu()).numpy()[0]
        again = codec.scaled_down(pixels, (x.shape[2], x.shape[3]))
        change = again.astype(np.int16) - target[0]
        mse = float(np.square(change / 255).mean())
        psnr = -10 * log10(mse) if mse else None
        facts.append(
            {
                "image": row,
                "result": number,
                "psnr": psnr,
                "max_error": int(np.abs(change).max()),
                "converged": psnr is None or psnr >= asked.psnr,
                "steps": int(found.steps[each]),
                "off_sphere": float(off_sphere(found.v[each : each + 1], space.spheres)),
            }
        )
    return facts


@dataclass
class News:
    """What a client that listens is told after a slice, twice a second at most: how near each image is, and a look."""

    space: Space
    images: Sequence[int]  # of each row
    steps: int
    tell: Tell
    begun: float
    last: float = -inf

    def __call__(self, rows: Sequence[int], state: Search) -> None:
        """In a lane: rows of this job that run on."""
        now = perf_counter()
        if now - self.last < NEWS_SECONDS:
            return
        self.last = now
        best = int(state.mse.argmin())
        shown = self.space.images(state.best[best : best + 1], state.rows.told[best : best + 1])
        png = codec.pngs(codec.to_uint8(shown.cpu()).numpy())[0]
        self.tell(
            (
                "progress",
                {
                    "seconds": round(now - self.begun, 3),
                    "running": len(rows),
                    "step": int(state.moments.t.max()),
                    "steps": self.steps,
                    "image": self.images[rows[best]],
                    "psnr": round(-10 * float(state.mse[best].clamp_min(1e-12).log10()), 2),
                    "preview": codec.base64_of(png),
                },
            )
        )
