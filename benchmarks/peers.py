"""Other attack libraries, called as their users call them.

`make setup` installs foolbox and adv-lib for the tests, without dependencies that they do not need for this. The third:

    python -m pip install --no-deps pyautoattack==0.2.0
    python -m benchmarks.attacks

It is the reference AutoAttack (arXiv:2003.01690) as a package. adv-lib imports torchvision and visdom, which
its attacks on classifiers do not use: empty stand-ins take their place where they are missing.
"""

import importlib.util
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Protocol, runtime_checkable
from unittest.mock import MagicMock

import torch
from torch import Tensor, nn

UNUSED = ("torchvision", "torchvision.models", "torchvision.utils", "torchvision.transforms", "visdom")


@runtime_checkable
class Attack(Protocol):
    """A peer's attack."""

    def __call__(self, network: nn.Module, x: Tensor, y: Tensor, eps: float) -> Tensor:
        """Adversarial images, in [0, 1] like x and eps."""


def missing(package: str) -> bool:
    """Whether it cannot be imported here."""
    return importlib.util.find_spec(package) is None


def foolbox() -> Any:
    """foolbox and its attacks."""
    return importlib.import_module("foolbox")


def adv_lib() -> Any:
    """adv_lib.attacks."""
    stubs: dict[str, ModuleType] = {name: MagicMock() for name in UNUSED if name not in sys.modules}
    if missing("torchvision"):
        sys.modules.update(stubs)
    try:
        return importlib.import_module("adv_lib.attacks")
    finally:
        for name in stubs:
            sys.modules.pop(name, None)


def from_foolbox(name: str, **options: Any) -> Attack:
    """An attack of foolbox; with eps None one that looks for the smallest perturbation."""

    def run(network: nn.Module, x: Tensor, y: Tensor, eps: float) -> Tensor:
        library = foolbox()
        chosen = getattr(library.attacks, name)(**options)
        model = library.PyTorchModel(network, bounds=(0, 1), device=x.device)
        clipped: Tensor = chosen(model, x, y, epsilons=None if eps == torch.inf else eps)[1]
        return clipped

    return run


def from_adv_lib(name: str, *, bounded: bool, **options: Any) -> Attack:
    """An attack of adv-lib; `bounded` ones take eps."""

    def run(network: nn.Module, x: Tensor, y: Tensor, eps: float) -> Tensor:
        chosen = getattr(adv_lib(), name)
        adversarial: Tensor = chosen(network, x, y, *([eps] if bounded else []), **options).detach()
        return adversarial

    return run


def from_autoattack(*attacks: str, queries: int = 5000) -> Attack:
    """The reference AutoAttack with some of its attacks, the later ones on what the earlier ones left."""

    def run(network: nn.Module, x: Tensor, y: Tensor, eps: float) -> Tensor:
        library = importlib.import_module("pyautoattack")
        runner = library.AutoAttack(network, norm="Linf", eps=eps, attacks=list(attacks), seed=0, version="custom")
        runner.square.n_queries, runner.apgd.n_restarts, runner.fab.n_restarts = queries, 1, 1
        adversarial: Tensor = runner.run_standard_evaluation(x, y, batch_size=len(x))[0]
        return adversarial

    return run


PEERS: Mapping[str, Mapping[str, Attack]] = {
    "fgsm": {"foolbox": from_foolbox("LinfFastGradientAttack")},
    "pgd": {
        "foolbox": from_foolbox("LinfPGD", steps=40, rel_stepsize=0.01 / 0.3),
        "adv-lib": from_adv_lib("pgd_linf", bounded=True, steps=40),
    },
    "apgd": {
        "adv-lib": from_adv_lib("apgd", bounded=True, norm=float("inf"), n_iter=100, loss_function="ce"),
        "autoattack": from_autoattack("apgd-ce"),
    },
    "standard": {"autoattack": from_autoattack("apgd-ce", "apgd-t", "fab-t", "square")},
    "apgd-t": {"autoattack": from_autoattack("apgd-t")},
    "square": {"autoattack": from_autoattack("square", queries=1000)},
    "deepfool": {
        "foolbox": from_foolbox("L2DeepFoolAttack"),
        "adv-lib": from_adv_lib("df", bounded=False),
    },
    "ddn": {
        "foolbox": from_foolbox("DDNAttack", steps=200),
        "adv-lib": from_adv_lib("ddn", bounded=False, steps=200),
    },
    "cw": {
        "foolbox": from_foolbox("L2CarliniWagnerAttack", binary_search_steps=5, steps=200),
        "adv-lib": from_adv_lib("carlini_wagner_l2", bounded=False, binary_search_steps=5, max_iterations=200),
    },
}
PACKAGES = {"foolbox": "foolbox", "adv-lib": "adv_lib", "autoattack": "pyautoattack"}


def peers_of(attack: str) -> dict[str, Attack]:
    """The peers of one of our attacks that can be imported here."""
    return {name: run for name, run in PEERS.get(attack, {}).items() if not missing(PACKAGES[name])}
