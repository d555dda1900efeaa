"""From a loss to new weights: backward, mean over processes, clipping, one optimiser step."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from training.cluster import Cluster

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass
class Update:
    """`update(optimizer, loss)` moves the weights of that optimiser, and only of that one."""

    cluster: Cluster
    precision: str = "fp32"
    clip: float | None = None
    scalers: dict[int, torch.amp.GradScaler] = field(default_factory=dict)

    def __call__(self, optimizer: Optimizer, loss: Tensor) -> None:
        """One step. Gradients are computed for this optimiser's weights alone: D costs nothing in G's half."""
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        optimizer.zero_grad(set_to_none=True)
        scaler = self.scaler_of(optimizer)
        with torch.autocast(self.cluster.device.type, enabled=False):
            scaler.scale(loss).backward(inputs=parameters)
        self.cluster.average(parameter.grad for parameter in parameters if parameter.grad is not None)
        if self.clip is not None:
            scaler.unscale_(optimizer)
            torch.nn.utils.clip_grad_norm_(parameters, self.clip)
        scaler.step(optimizer)
        scaler.update()

    def scaler_of(self, optimizer: Optimizer) -> torch.amp.GradScaler:
        """Each optimiser has a loss scale of its own; it does nothing outside fp16."""
        key = id(optimizer)
        if key not in self.scalers:
            self.scalers[key] = torch.amp.GradScaler(self.cluster.device.type, enabled=self.precision == "fp16")
        return self.scalers[key]

    def autocast(self) -> torch.autocast:
        """The context of a step's forward passes."""
        dtype = PRECISIONS[self.precision]
        return torch.autocast(self.cluster.device.type, dtype, enabled=self.precision != "fp32")


def scaler_states(update: Update, optimizers: dict[str, Optimizer]) -> dict[str, dict[str, Any]]:
    """What a run must save of its loss scales."""
    return {name: update.scaler_of(optimizer).state_dict() for name, optimizer in optimizers.items()}
