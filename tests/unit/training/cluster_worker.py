"""Run by torchrun in test_cluster: trains a recipe and writes what this process ended with."""

import sys
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from tests.unit.training.stand_in import stripes
from training.cluster import join
from training.data import Dataset
from training.loop import Options, Session, train
from training.randomness import Draw
from training.recipe import Batch, CardText, Plan, Preset, RecipeSpec
from training.recipes import recipe
from training.update import Update


class Linear:
    """Softmax regression: no batch statistics, no random draws, so a split batch must give the whole one's gradient."""

    def __init__(self, config: object, data: Dataset) -> None:
        self.model = nn.Linear(784, 10)
        self.networks = nn.ModuleDict({"model": self.model})
        self.optimizer = SGD(self.model.parameters(), lr=0.1)
        self.optimizers: dict[str, Optimizer] = {"model": self.optimizer}

    @property
    def network(self) -> nn.Module:
        return self.model

    def step(self, batch: Batch, draw: Draw, update: Update) -> dict[str, Tensor]:
        assert batch.y is not None
        loss = functional.cross_entropy(self.model(batch.x.flatten(1)), batch.y)
        update(self.optimizer, loss)
        return {"loss": loss.detach()}

    def schedule(self, progress: float) -> None:
        return

    def preview(self, network: nn.Module, draw: Draw) -> None:
        return


def main(name: str, folder: Path) -> None:
    torch.set_num_threads(1)
    plan = Plan(steps=12, batch_size=16, sample_every=6)
    if name == "linear":
        spec = RecipeSpec(
            "linear",
            "",
            "",
            "",
            28,
            (),
            {},
            Linear,
            lambda c, d: c,
            lambda *a, **k: (),
            CardText(intended_use="", limits=()),
        )
        preset = Preset(plan, plan)
    else:
        spec = recipe(name)
        preset = Preset(plan, spec.presets["smoke"].config)
    with join("cpu") as cluster:
        session = Session(spec, preset, stripes(), cluster, Options(folder / "run"))
        train(session)
        torch.save(session.recipe.networks.state_dict(), folder / f"rank{cluster.rank}of{cluster.world}.pt")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
