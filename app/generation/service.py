"""A request for images to an order."""

from app import codec
from app.answering.drawing import bounded, drawing
from app.answering.forms import Form
from app.answering.order import Order
from app.answering.seeds import any_seed
from app.generation.schemas import GenerateRequest
from app.runtime import Runtime
from models.capabilities import Sampler


def order_of(runtime: Runtime, asked: GenerateRequest, form: Form) -> Order:
    """Images of the rows of one seed. Raises what a model that cannot take the order raises."""
    prior = runtime.get(asked.model, Sampler).prior
    bounded(runtime, "num_images", asked.num_images)
    seed = any_seed() if asked.seed is None else asked.seed
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
