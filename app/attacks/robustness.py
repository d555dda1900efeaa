"""What attacks leave of a classifier's accuracy on images that a client sends."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import torch

from app.answering.drawing import bounded
from app.answering.forms import JSON
from app.answering.long import Found, LongOrder, Tell, long_order
from app.answering.pictures import Pictures
from app.answering.shields import Shield
from app.attacks.asked import PREDICTED, class_of
from app.engine.work import Work
from app.runtime import Runtime
from models.attacks.norms import LINF
from models.capabilities import Classifier
from models.errors import AttackInvalid
from models.lattice import quantised
from models.robustness.evaluate import Line, NormName, Report, evaluating
from models.robustness.interval import Share
from models.robustness.protocol import Protocol
from models.streams import keys
from models.tensors import Images
from models.victim import Bare, ask


def robustness_order(
    runtime: Runtime,
    model: str,
    pictures: Pictures,
    *,
    label: str,
    protocol: Protocol,
    norm: NormName,
    eps: float,
    shield: Shield | None,
    seed: int,
    tell: Tell = lambda _: None,
) -> LongOrder:
    """In a lane `tell` gets the news: the start, and each attack when it is over.

    Raises as the runtime does, TooManyImages, and AttackInvalid where labels are no classes.
    """
    network, card, count = Bare(runtime.get(model, Classifier)), runtime.card(model), len(pictures.files)
    bounded(runtime, "the number of images", count)
    named = None if label == PREDICTED else [class_of(card, "label", each.strip()) for each in label.split(",")]
    if named is not None and len(named) not in (1, count):
        raise AttackInvalid(f"label names {len(named)} classes for {count} images; one for all, or one each")
    truth = None if named is None else (named * count)[:count]
    facts = {
        "protocol": protocol.name,
        "norm": norm,
        "eps": eps,
        "seed": seed,
        "defence": shield.kind.name if shield else None,
    }
    terms = (protocol.name, norm, eps, truth, shield and shield.terms, seed)
    work = partial(evaluate, network, truth, protocol, norm, eps, shield, seed, tell)
    steps = protocol.curve_steps + sum(assault.steps for assault in protocol.assaults(norm))
    return long_order(runtime, model, "robustness", pictures, JSON, terms=terms, facts=facts, steps=steps, work=work)


def evaluate(
    network: Bare,
    truth: Sequence[int] | None,
    protocol: Protocol,
    norm: NormName,
    eps: float,
    shield: Shield | None,
    seed: int,
    tell: Tell,
    decoded: Callable[[], Images],
) -> Work[Found]:
    """Decodes, attacks one attack after the other, reports."""
    x = quantised(decoded())
    yield
    victim = shield.before(network) if shield else network
    said = ask(victim, x, keys(seed, range(len(x))).to(x.device)).argmax(dim=1)
    y = said if truth is None else torch.tensor(truth, device=x.device)
    tell(("start", {"count": len(x), "attacks": [assault.attack for assault in protocol.assaults(norm)]}))
    last: object = None
    for news in evaluating(victim, x, y, protocol=protocol, norm=norm, eps=eps, seed=seed):
        last = news
        if isinstance(news, Line):
            tell(("attack", told_of(news)))
        yield
    report = cast(Report, last)
    return report.worst.cpu(), told(report)


def told(report: Report) -> dict[str, Any]:
    """The report as JSON. Seconds stay here: equal requests have equal answers."""
    return {
        "clean": share(report.clean),
        "robust": share(report.robust),
        "attacks": [told_of(line) for line in report.lines],
        "curve": [{"eps": eps, "accuracy": share(each)} for eps, each in report.curve],
        "flags": [{"sign": flag.sign, "words": flag.words} for flag in report.flags],
    }


def told_of(line: Line) -> dict[str, Any]:
    """One attack."""
    return {
        "attack": line.attack,
        "knowledge": line.knowledge,
        "steps": line.steps,
        "tried": line.tried,
        "broken": line.broken,
        "left": share(line.left),
        "forwards": line.forwards,
        "backwards": line.backwards,
        "queries": line.queries,
    }


def share(of: Share) -> dict[str, Any]:
    """k of n."""
    low, high = of.interval
    return {"count": of.k, "of": of.n, "value": of.value, "low": low, "high": high}


def norm_of(name: str) -> NormName:
    """Raises AttackInvalid."""
    if name not in ("linf", "l2"):
        raise AttackInvalid(f"norm is {name[:20]!r}; it is linf or l2")
    return "linf" if name == LINF.name else "l2"
