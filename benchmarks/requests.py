"""What the benchmarks of the server ask it for, as bytes."""

from functools import cache

import orjson
import torch

from app import codec
from benchmarks.client import MARK
from models.capabilities import Sampler, Translator
from models.checkpoint import Checkpoint
from models.tensors import Images

BOUNDARY = b"a-line-that-is-in-no-image"


def request_of(checkpoint: Checkpoint, *, images: int) -> bytes:
    """A request for so many images of a sampler, or for as many translations, in the first direction."""
    model = checkpoint.card.id
    if isinstance(checkpoint.network, Sampler):
        return post("/v1/generate", "application/json", orjson.dumps({"model": model, "num_images": images}))
    files = codec.pngs(codec.to_uint8(pictures(checkpoint, images)).numpy())
    fields = [field("model", model.encode()), *(field("image", file + MARK, file="image.png") for file in files)]
    body = b"".join(fields) + b"--" + BOUNDARY + b"--\r\n"  # a reader of PNGs stops before the mark
    return post("/v1/translate", f"multipart/form-data; boundary={BOUNDARY.decode()}", body)


def post(path: str, kind: str, body: bytes) -> bytes:
    """A request of HTTP/1.1."""
    head = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-type: {kind}", f"content-length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def field(name: str, value: bytes, *, file: str | None = None) -> bytes:
    """A part of a form."""
    called = f'form-data; name="{name}"' + (f'; filename="{file}"\r\ncontent-type: image/png' if file else "")
    return b"--" + BOUNDARY + f"\r\ncontent-disposition: {called}\r\n\r\n".encode() + value + b"\r\n"


def pictures(checkpoint: Checkpoint, n: int) -> Images:
    """n images of noise, of the size that a translator takes."""
    spec = checkpoint.card.input
    assert spec is not None  # noqa: S101 - a translator takes images
    return noise(n, spec.channels, spec.height, spec.width)


@cache
def noise(*shape: int) -> Images:
    """U[0, 1), the same every time."""
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def answered(checkpoint: Checkpoint, n: int) -> Images:
    """n images of the network in one batch, as the server would ask it for them."""
    network = checkpoint.network
    if isinstance(network, Sampler):
        return network.sample(network.prior.draw(seed=0, rows=range(n)), torch.ones(n))
    assert isinstance(network, Translator)  # noqa: S101 - serving.py has seen to it
    return network.translate(pictures(checkpoint, n), network.directions[0])
