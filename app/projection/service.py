"""Images to the styles that draw them."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import torch

from app.answering.drawing import bounded
from app.answering.forms import Form
from app.answering.long import Found, LongOrder, long_order
from app.answering.pictures import Pictures
from app.engine.running import Job, Method
from app.engine.work import Work
from app.runtime import Runtime
from models.capabilities import StyleSampler
from models.card import ImageSpec
from models.lattice import quantised
from models.projection import DRAWN, Projected, Targets, preparing
from models.tensors import Images

COLUMNS = 2


def project_order(
    runtime: Runtime, model: str, pictures: Pictures, form: Form, *, steps: int, target_psnr: float, seed: int
) -> LongOrder:
    """Raises as the runtime does, and TooManyImages."""
    network, card = runtime.get(model, StyleSampler), runtime.card(model)
    bounded(runtime, "the number of images", len(pictures.files))
    return long_order(
        runtime,
        model,
        "project",
        pictures,
        form,
        terms=(steps, target_psnr, seed),
        facts={"seed": seed, "steps": steps, "target_psnr": target_psnr, "columns": COLUMNS},
        steps=steps + DRAWN,
        spec=cast(ImageSpec, card.output),  # a sampler without one is refused when it is loaded
        work=partial(projected, model, network, steps, target_psnr, seed),
    )


def projected(
    model: str, network: StyleSampler, steps: int, target_psnr: float, seed: int, decoded: Callable[[], Images]
) -> Work[Found]:
    """Decodes, draws where to start, searches beside whoever searches from the same styles."""
    x = quantised(decoded())
    yield
    solver = yield from preparing(network, seed=seed, device=x.device)
    rows = Targets(
        x=x,
        steps=torch.full((len(x),), steps, device=x.device),
        mse=x.new_full((len(x),), 10 ** (-target_psnr / 10)),
    )
    found: Projected = yield Job(
        method=Method(model, "project", (seed,), solver), rows=rows, steps=steps, pixels=x[0, 0].numel()
    )
    pairs = torch.stack([x, found.images], dim=1).flatten(0, 1).cpu()
    return pairs, {"results": [told(found, row, rows.mse) for row in range(len(x))]}


def told(found: Projected, row: int, wanted: torch.Tensor) -> dict[str, Any]:
    """The facts of one image."""
    error = float(found.mse[row])
    return {
        "psnr": -10 * math.log10(error) if error else None,
        "converged": error <= float(wanted[row]),
        "steps": int(found.steps[row]),
        "style": found.w[row].tolist(),
    }
