"""Attacks on classifiers, and defences in front of them."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from app.answering.drawing import bounded
from app.answering.forms import Form
from app.answering.long import Found, LongOrder, long_order
from app.answering.pictures import Pictures
from app.answering.shields import Shield
from app.attacks.asked import Asked
from app.attacks.pictures import COLUMNS, changes, strip
from app.engine.running import Job, Method
from app.engine.work import Work
from app.runtime import Runtime
from models.attacks.rows import Outcome, Rows, rows_of
from models.attacks.transfer import judged
from models.capabilities import Classifier
from models.lattice import quantised
from models.streams import keys
from models.tensors import Images, Logits
from models.victim import Bare, Victim, ask

TOP = 5


def attack_order(
    runtime: Runtime,
    model: str,
    pictures: Pictures,
    form: Form,
    *,
    asked: Asked,
    shield: Shield | None,
    seed: int,
) -> LongOrder:
    """Every image at every eps. Raises as the runtime does, and TooManyImages."""
    network = Bare(runtime.get(model, Classifier))
    bounded(runtime, "the number of images times the number of eps", len(pictures.files) * len(asked.radii))
    facts = {
        "attack": asked.attack.name,
        "norm": asked.norm,
        "steps": asked.steps,
        "restarts": asked.restarts,
        "seed": seed,
        "defence": shield.kind.name if shield else None,
        "adaptive": shield.adaptive if shield else None,
        "columns": COLUMNS,
    }
    work = partial(attacked, model, network, runtime.card(model).labels, asked, shield, seed)
    terms = (*asked.terms, shield and shield.terms, seed)
    steps = asked.steps * asked.restarts * len(asked.radii)
    return long_order(runtime, model, "attack", pictures, form, terms=terms, facts=facts, steps=steps, work=work)


def attacked(
    model: str,
    network: Bare,
    labels: tuple[str, ...],
    asked: Asked,
    shield: Shield | None,
    seed: int,
    decoded: Callable[[], Images],
) -> Work[Found]:
    """Decodes, attacks beside whoever makes the same attack, judges."""
    x = quantised(decoded())
    yield
    truth = shield.before(network) if shield else network
    victim: Victim = truth if shield is None or shield.adaptive else network
    clean = ask(truth, x, keys(seed, range(len(x))).to(x.device))
    y = clean.argmax(dim=1) if asked.label is None else torch.full((len(x),), asked.label, device=x.device)
    target = None if asked.target is None else torch.full_like(y, asked.target)
    kappa = math.inf if asked.every_step and not asked.attack.least else 0.0
    through = shield.terms if shield is not None and shield.adaptive else ()
    solver = asked.attack.solver(victim, asked.norm, starts=asked.restarts)
    method = Method(model, asked.attack.name, (asked.norm, asked.restarts, *through), solver)
    found: list[tuple[Rows, Outcome]] = []
    for eps in asked.radii:
        rows = rows_of(x, y, eps=eps, steps=asked.steps, target=target, kappa=kappa, seed=seed)
        outcome = yield Job(method=method, rows=rows, steps=asked.steps * asked.restarts, pixels=x[0, 0].numel())
        found.append((rows, outcome if victim is truth else spent(judged(outcome, truth, rows), outcome)))
    return shown(truth, labels, found)


def spent(told: Outcome, outcome: Outcome) -> Outcome:
    """The judgement of another victim, with the queries that the attack itself took."""
    return replace(told, queries=outcome.queries + told.queries)


def shown(victim: Victim, labels: tuple[str, ...], found: list[tuple[Rows, Outcome]]) -> Found:
    """Strips and facts, image by image and eps by eps."""
    strips, told = [], []
    for rows, outcome in found:
        before, after = (ask(victim, x, rows.seed) for x in (rows.x, outcome.x))
        strips.append(strip(rows.x, outcome.x).cpu().unflatten(0, (-1, 3)))
        told.append(
            [
                {
                    "image": row,
                    "eps": None if rows.eps[row].isinf() else float(rows.eps[row]),
                    "label": labels[int(rows.y[row])],
                    "target": None if rows.target[row] < 0 else labels[int(rows.target[row])],
                    "success": bool(outcome.success[row]),
                    "wrong_before": bool(outcome.wrong[row]),
                    "before": guesses(labels, before[row]),
                    "after": guesses(labels, after[row]),
                    **change,
                    "forwards": int(outcome.forwards[row]),
                    "backwards": int(outcome.backwards[row]),
                    "queries": int(outcome.queries[row]),
                }
                for row, change in enumerate(changes(rows.x, outcome.x))
            ]
        )
    images = torch.stack(strips, dim=1).flatten(0, 2)  # image, eps, place in the strip
    return images, {"results": [each for together in zip(*told, strict=True) for each in together]}


def guesses(labels: tuple[str, ...], logits: Logits | torch.Tensor) -> list[dict[str, Any]]:
    """The likeliest classes of one image."""
    p = logits.double().softmax(dim=-1)
    order = p.argsort(descending=True, stable=True)[:TOP].tolist()
    return [{"label": labels[i], "probability": float(p[i])} for i in order]


def defend_order(
    runtime: Runtime, model: str, pictures: Pictures, form: Form, *, shield: Shield, seed: int
) -> LongOrder:
    """Every image as the defence leaves it. Raises as the runtime does, and TooManyImages."""
    network = Bare(runtime.get(model, Classifier))
    bounded(runtime, "the number of images", len(pictures.files))
    facts = {"defence": shield.kind.name, "value": shield.value, "seed": seed, "columns": COLUMNS}
    work = partial(defended, network, runtime.card(model).labels, shield, seed)
    return long_order(
        runtime, model, "defend", pictures, form, terms=(shield.terms, seed), facts=facts, steps=1, work=work
    )


def defended(
    network: Bare, labels: tuple[str, ...], shield: Shield, seed: int, decoded: Callable[[], Images]
) -> Work[Found]:
    """Decodes, cleans, asks with and without."""
    x = quantised(decoded())
    yield
    key = keys(seed, range(len(x))).to(x.device)
    before, after = ask(network, x, key), ask(shield.before(network), x, key)
    z = shield.defence.cleaned(x, key).clamp(0, 1)
    results = []
    for row, change in enumerate(changes(x, z)):
        del change["l0"]
        said = guesses(labels, before[row]), guesses(labels, after[row])
        changed = said[0][0]["label"] != said[1][0]["label"]
        results.append({"before": said[0], "after": said[1], "changed": changed, **change})
    return strip(x, z).cpu(), {"results": results}
