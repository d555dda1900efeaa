"""A batch through its network. One bad item fails alone."""

import torch
import torch.nn.functional as functional
from torch import Tensor

from app.engine.call import Failed, Inputs, Operation, attempt
from app.engine.ticket import Batch, Share

Outputs = list[tuple[Share, Tensor | Failed]]


def compute(batch: Batch, device: torch.device) -> Outputs:
    """Each share's rows, on the CPU, or why there are none."""
    bad: Outputs = []
    good: list[tuple[Share, Inputs]] = []
    for share in batch.shares:
        inputs = attempt(share.ticket.call.prepare, share.rows)
        if isinstance(inputs, Failed):
            bad.append((share, inputs))
        else:
            good.append((share, inputs))
    together = attempt(run, batch.operation, good, device) if good else []
    if isinstance(together, Failed):  # whose fault it is shows when each runs by itself
        return bad + [(share, alone(batch.operation, share, inputs, device)) for share, inputs in good]
    return bad + together


def alone(operation: Operation, share: Share, inputs: Inputs, device: torch.device) -> Tensor | Failed:
    """One share of a batch that failed."""
    outputs = attempt(run, operation, [(share, inputs)], device)
    return outputs if isinstance(outputs, Failed) else outputs[0][1]


def run(operation: Operation, prepared: list[tuple[Share, Inputs]], device: torch.device) -> list[tuple[Share, Tensor]]:
    """All shares in one call of the network."""
    lengths = [len(share.rows) for share, _ in prepared]
    rows = sum(lengths)
    size = operation.buckets.run(rows)
    columns = zip(*(inputs for _, inputs in prepared), strict=True)
    outputs = operation.forward(*(fill(torch.cat(column), rows, size).to(device) for column in columns)).cpu()
    if len(outputs) != size:  # before rows go to the wrong client
        raise RuntimeError(f"{operation.model} gave {len(outputs)} rows for {size}")
    pieces = outputs[:rows].split(lengths)
    return [(share, piece) for (share, _), piece in zip(prepared, pieces, strict=True)]


def fill(x: Tensor, rows: int, size: int) -> Tensor:
    """`rows` rows, filled up with zeros to `size`. Raises when there were not as many as promised."""
    if len(x) != rows:
        raise RuntimeError(f"{rows} rows were promised, {len(x)} prepared")
    return functional.pad(x, [0, 0] * (x.ndim - 1) + [0, size - rows]) if rows < size else x
