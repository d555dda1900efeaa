"""A request for images to an order."""

from app import codec
from app.answering.drawing import bounded, drawing
from app.answering.forms import Form
from app.answering.order import Order
from app.answering.seeds import any_seed
from app.answering.styling import Stylist, spread, styling
from app.generation.schemas import GenerateRequest, StyleRange
from app.runtime import Runtime
from models.capabilities import Sampler, StyleSampler
from models.errors import LatentInvalid
from models.tensors import Styles


def order_of(runtime: Runtime, asked: GenerateRequest, form: Form) -> Order:
    """Images of the rows of one seed. Raises what a model that cannot take the order raises."""
    prior = runtime.get(asked.model, Sampler).prior
    bounded(runtime, "num_images", asked.num_images)
    seed = any_seed() if asked.seed is None else asked.seed
    if asked.style_mix is not None or asked.noise_seed is not None:
        return styled(runtime, asked, form, seed)
    return drawing(
        runtime,
        asked.model,
        form,
        count=asked.num_images,
        columns=codec.square(asked.num_images),
        truncation=asked.truncation,
        latents=lambda rows: prior.draw(seed=seed, rows=rows),
        terms=None if asked.seed is None else ("seed", seed),
        facts={"seed": seed},
    )


def styled(runtime: Runtime, asked: GenerateRequest, form: Form, seed: int) -> Order:
    """The same, with some layers' styles from elsewhere, or with other noise. Raises LatentInvalid besides."""
    network = runtime.get(asked.model, StyleSampler)
    stylist, mix = Stylist(network, asked.truncation), asked.style_mix or []
    for number, each in enumerate(mix):
        check(number, each, network.layers)

    def styles(rows: range) -> Styles:
        ws = spread(stylist.of(network.prior.draw(seed=seed, rows=rows)), network.layers)
        for each in mix:
            ws[:, each.first : each.last + 1] = stylist.of(network.prior.draw(seed=each.seed, rows=[each.row]))
        return ws

    return styling(
        runtime,
        asked.model,
        form,
        count=asked.num_images,
        columns=codec.square(asked.num_images),
        truncation=asked.truncation,
        styles=styles,
        noise_seed=asked.noise_seed,
        terms=None if asked.seed is None else ("mix", seed, *((m.seed, m.row, m.first, m.last) for m in mix)),
        facts={"seed": seed},
    )


def check(number: int, each: StyleRange, layers: int) -> None:
    """Raises LatentInvalid unless the model has these layers."""
    if not each.first <= each.last < layers:
        raise LatentInvalid(
            f"style_mix {number} is of layers {each.first} to {each.last}; the model has layers 0 to {layers - 1}"
        )
