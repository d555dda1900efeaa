"""The checkpoints of this server, loaded onto a device, and the engine that runs them."""

import asyncio
from pathlib import Path
from typing import TypeVar, cast

import torch
from torch import nn

from app.engine.answers import Answers
from app.engine.buckets import LOOKS, Buckets, measure
from app.engine.call import Operation
from app.engine.device import computing, cores
from app.engine.engine import Engine
from app.engine.flights import Flights
from app.engine.observer import EngineObserver, Silence
from app.errors import CapabilityMissing, DeviceMissing, ModelFailed, ModelUnknown, NotReady, ShuttingDown
from app.operations import FUNCTIONS, Function
from app.settings import Settings
from models.capabilities import CAPABILITIES
from models.card import Card
from models.checkpoint import Checkpoint, load, scan
from models.errors import CardInvalid, CheckpointError

Capability = TypeVar("Capability")
NAMES = {protocol: name for name, protocol in CAPABILITIES.items()}


class Runtime:
    """Loaded by start(), emptied by drain(); in between, ready."""

    def __init__(self, settings: Settings, *, observer: EngineObserver | None = None) -> None:
        self.settings = settings
        self.observer = observer or Silence()
        self.device = choose(settings.device)
        self.engine = Engine(
            device=self.device,
            lanes=settings.workers or (1 if self.device.type == "cuda" else cores()),
            max_cost=settings.queue_cost,
            max_rows=settings.max_batch,
            observer=self.observer,
        )
        self.answers = Answers(settings.cache_bytes)
        self.flights: Flights[bytes] = Flights()
        self.checkpoints: dict[str, Checkpoint] = {}
        self.failed: dict[str, str] = {}
        self.ready = False
        self._buckets: dict[tuple[str, str], Buckets] = {}
        self._loaded = self._draining = False

    async def start(self) -> None:
        """Loads and warms every checkpoint, off the event loop. One that cannot be served is told in `failed`.

        Raises CheckpointError when there is no weights folder, DeviceMissing when there is no such device.
        """
        if self.device.type == "cuda" and not torch.cuda.is_available():
            raise DeviceMissing(f"device is {self.settings.device!r}, but torch finds no CUDA device here")
        self.engine.start()
        await asyncio.to_thread(self._load)
        self._loaded = True
        self.ready = not self._draining

    async def drain(self) -> None:
        """Takes nothing new and finishes what was accepted, for as long as the settings allow."""
        self.ready, self._draining = False, True
        await self.engine.drain(self.settings.drain_seconds)

    def require_loaded(self) -> None:
        """Raises NotReady until it is known which models there are."""
        if not self._loaded:
            raise NotReady("the models are still being loaded")

    def require_ready(self) -> None:
        """Raises ShuttingDown or NotReady unless requests are taken."""
        if self._draining:
            raise ShuttingDown("the server is shutting down and takes no new work")
        self.require_loaded()

    def card(self, model_id: str) -> Card:
        """What is known of a model. Raises as `get` does."""
        return self._checkpoint(model_id).card

    def get(self, model_id: str, capability: type[Capability]) -> Capability:
        """The network, as something that can do this. Raises NotReady, ModelUnknown, ModelFailed, CapabilityMissing."""
        checkpoint, name = self._checkpoint(model_id), NAMES[capability]
        if name not in checkpoint.card.capabilities:
            able = [id for id, other in sorted(self.checkpoints.items()) if name in other.card.capabilities]
            raise CapabilityMissing(
                f"{model_id} is no {name}; its capabilities: {', '.join(checkpoint.card.capabilities) or 'none'}; "
                f"models that are a {name}: {', '.join(able) or 'none'}"
            )
        return cast(Capability, checkpoint.network)

    def operation(self, model_id: str, function: Function) -> Operation:
        """A function of a model, at the batch sizes where its rows have the same bits as anywhere else.

        Raises as `get` does.
        """
        for capability in function.capabilities:
            self.get(model_id, capability)
        forward = function.of(self.checkpoints[model_id].network)
        return Operation(model_id, function.name, forward, self._buckets[model_id, function.name])

    def fingerprint(self, operation: Operation) -> str:
        """Everything besides the request that the bits of an answer depend on."""
        reference = operation.buckets.sizes[-1] if operation.buckets.pads else 1
        weights = self.card(operation.model).sha256
        names = (weights, kind(self.device), "float32", torch.__version__, reference, operation.model, operation.name)
        return " ".join(map(str, names))

    def _checkpoint(self, model_id: str) -> Checkpoint:
        checkpoint = self.checkpoints.get(model_id)
        if checkpoint is not None:
            return checkpoint
        self.require_loaded()
        if model_id in self.failed:
            raise ModelFailed(self.failed[model_id])
        raise ModelUnknown(f"no model is named {model_id!r}; served: {', '.join(sorted(self.checkpoints)) or 'none'}")

    def _load(self) -> None:
        for folder in scan(self.settings.weights):
            try:
                self._serve(folder)
            except CheckpointError as error:
                self.failed[folder.name] = str(error)
            except OSError as error:
                self.failed[folder.name] = f"{folder.name}: {error.strerror}"

    def _serve(self, folder: Path) -> None:
        checkpoint = load(folder, device=self.device)
        # 1.1 to 1.4 times as fast for batches on a CPU; torch's stubs do not know the overload
        network = checkpoint.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for function in FUNCTIONS:
            if {NAMES[capability] for capability in function.capabilities} <= set(checkpoint.card.capabilities):
                self._buckets[folder.name, function.name] = self._measure(function, network, checkpoint.card)
        self.checkpoints[folder.name] = checkpoint

    def _measure(self, function: Function, network: nn.Module, card: Card) -> Buckets:
        if getattr(card, function.needs) is None:
            raise CardInvalid(f"{card.id}: card.json: {function.needs}: missing, and the model can {function.name}")
        limit = self.settings.max_batch
        inputs = tuple(x.to(self.device) for x in function.example(network, card, max(limit, LOOKS)))
        with computing(self.device):
            try:
                return measure(function.of(network), inputs, limit=limit, pads=self.device.type == "cuda")
            except RuntimeError as error:
                reason = str(error).splitlines()[0]
                raise CardInvalid(f"{card.id}: {function.name} fails on what its card says: {reason}") from error


def choose(device: str) -> torch.device:
    """The device of a setting; auto is CUDA where there is one."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


def kind(device: torch.device) -> str:
    """The hardware, as far as it decides which kernels run."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"cpu {torch.backends.cpu.get_cpu_capability()}"
