"""DiffAugment on few digits: the plain SN-GAN on parts of its training set, with and without, from several seeds.

After the experiments of Zhao et al. 2020 (arXiv:2006.10738) on CIFAR: 100, 20 and 10 % of the data; D's logits apart on
training and on held-out images as the sign of a D that learns its training set by heart.
"""

import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.augment import POLICIES as PARTS
from training.cluster import Cluster
from training.data import Dataset, load
from training.evaluation.benchmark import open_benchmark
from training.evaluation.draws import one_thread
from training.evaluation.extractor import find_extractor, weights_root
from training.lab.leak import Called, detectors
from training.lab.subset import part
from training.lab.trial import Bench, Trial, trial
from training.lab.trials import Trials, opened
from training.loop import Options, Session
from training.recipe import Preset
from training.recipes.sngan import MNIST

POLICIES: Mapping[str, tuple[str, ...]] = {"none": (), "translation": ("translation",), "all": tuple(PARTS)}
SHOWN = 20  # samples of a run that the sheet has


@dataclass(frozen=True)
class Setting:
    """What every run has: the preset without policy and steps, samples and test digits, steps of a detector."""

    preset: Preset
    data: str
    samples: int
    detector_steps: int


SETTING = Setting(
    preset=Preset(MNIST.presets["cpu"].plan, replace(MNIST.presets["cpu"].config, clusters=0)),
    data=MNIST.data,
    samples=2000,
    detector_steps=300,
)


@dataclass(frozen=True)
class Plan:
    """What to run. Fractions are in percent; the first seed's samples are drawn."""

    setting: Setting
    policies: tuple[str, ...]
    fractions: tuple[int, ...]
    seeds: tuple[int, ...]
    steps: int
    folder: Path

    def preset(self, policy: str) -> Preset:
        """The setting's, for so many steps."""
        plan, config = self.setting.preset.plan, self.setting.preset.config
        return Preset(replace(plan, steps=self.steps), replace(config, policy=POLICIES[policy]))

    def samples(self, policy: str, percent: int, seed: int) -> Path:
        """Where a run's first samples lie."""
        return self.folder / "samples" / f"{policy}-{percent}-{seed}.npy"


def open_bench(setting: Setting) -> Bench:
    """The extractor and the detectors. Raises an EvaluationError, DataError or CheckpointError."""
    shape = (1, MNIST.size, MNIST.size)
    with one_thread():
        extractor = find_extractor(weights_root(), shape=shape, data=setting.data)
        benchmark = open_benchmark(setting.data, extractor=extractor)
        train, test = benchmark.train.images, benchmark.test.images
        return Bench(benchmark, detectors(train, test, steps=setting.detector_steps), setting.samples)


def facts(plan: Plan, bench: Bench) -> dict[str, Any]:
    """What has to be the same for rows to stand in one table, and what stands beside them."""
    config, schedule = asdict(plan.setting.preset.config), plan.preset("none").plan

    def counts(of: Mapping[str, Called]) -> dict[str, Any]:
        return {policy: asdict(each) for policy, each in of.items()}

    return {
        "setting": {name: value for name, value in config.items() if name != "policy"},
        "plan": {name: getattr(schedule, name) for name in ("steps", "batch_size", "precision", "ema_decay")},
        "extractor": bench.benchmark.extractor.card.id,
        "samples": plan.setting.samples,
        "floor": round(bench.floor, 4),
        "test": counts(bench.detectors.clean),
        "augmented": counts(bench.detectors.dirty),
        "machine": f"torch {torch.__version__}, {platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
    }


def carry_out(plan: Plan, say: Callable[[str], None]) -> Trials:
    """Runs what the folder does not have yet. Seeds come outermost: every cell has one run before any has two."""
    bench = open_bench(plan.setting)
    train = load(plan.setting.data, split="train", size=MNIST.size)
    trials = opened(plan.folder, facts(plan, bench))
    for seed, percent, policy in product(plan.seeds, plan.fractions, plan.policies):
        if (policy, percent, seed) in trials.rows:
            continue
        row, samples = trial(open_session(plan, train, policy, percent, seed), bench, policy=policy, percent=percent)
        path = plan.samples(policy, percent, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, samples[:SHOWN].numpy())
        trials.add(row)
        say(line(row))
    return trials


def open_session(plan: Plan, train: Dataset, policy: str, percent: int, seed: int) -> Session:
    """A run that is kept in memory alone. Raises BatchTooLarge where the part has fewer images than a batch."""
    cluster = Cluster(0, 1, torch.device("cpu"))
    return Session(MNIST, plan.preset(policy), part(train, percent), cluster, Options(plan.folder, seed))


def line(row: Trial) -> str:
    """A run in a sentence."""
    return (
        f"{row.policy:<12}{row.percent:>3} % seed {row.seed:<3} distance {row.frechet:6.2f}, logits "
        f"{row.logits['train']:.2f} train {row.logits['test']:.2f} test {row.logits['samples']:.2f} samples, "
        f"{row.seconds:.0f} s"
    )
