"""What a run writes while it goes: a JSON line a record always, TensorBoard beside it, a progress bar for people."""

import json
import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from models.tensors import Images
from training.grid import write_sheet


class Journal:
    """The log of one run. Only the leading process writes; for the others every call does nothing."""

    def __init__(self, run: Path, *, title: str, start: int, steps: int, leads: bool) -> None:
        self.run, self.leads = run, leads
        self.file = (run / "log.jsonl").open("a") if leads else None
        self.board = tensorboard(run) if leads else None
        self.bar = progress_bar(title, start, steps) if leads else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in (self.file, self.board, self.bar):
            if part is not None:
                part.close()

    def record(self, step: int, **facts: Any) -> None:
        """One line: the step, the time, and numbers or words."""
        if self.file is None:
            return
        self.file.write(json.dumps({"step": step, "time": round(time.time(), 3), **facts}) + "\n")
        self.file.flush()
        if self.board is not None:
            for name, value in facts.items():
                if isinstance(value, int | float):
                    self.board.add_scalar(name, value, step)

    def advance(self, losses: dict[str, float] | None = None) -> None:
        """One step further on the bar; with losses shown where there are any."""
        if self.bar is None:
            return
        if losses:
            self.bar.set_postfix({name: f"{value:.3f}" for name, value in losses.items()}, refresh=False)
        self.bar.update()

    def picture(self, step: int, x: Images) -> None:
        """A sheet of samples: a PNG in samples/, and the same on the board."""
        if not self.leads:
            return
        write_sheet(self.run / "samples" / f"{step:07d}.png", x)
        if self.board is not None:
            self.board.add_images("samples", x.float().cpu(), step)


def tensorboard(run: Path) -> Any:
    """A TensorBoard writer, or None where TensorBoard is not installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(run / "tensorboard"))


def progress_bar(title: str, start: int, steps: int) -> Any:
    """A bar with rate and time left; a line every half minute where the output is no terminal."""
    from tqdm import tqdm

    quiet = not sys.stderr.isatty()
    return tqdm(
        total=steps, initial=start, desc=title, unit="step", mininterval=30 if quiet else 0.5, dynamic_ncols=not quiet
    )
