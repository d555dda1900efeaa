"""modes.md: the rows as tables, each cell a mean over seeds and its standard error."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence

from models.lab.coverage import Coverage
from models.lab.mixtures import Mixture
from training.lab.experiment import Plan
from training.lab.ledger import Ledger
from training.lab.references import REFERENCES
from training.lab.row import Look, Row

MOMENTS = (0.1, 0.25, 0.5, 0.75, 1.0)  # of the time of a run

HEAD = "| method | modes | visited | high quality, % | reverse KL, nats | steps |"


def report(plan: Plan, ledger: Ledger) -> str:
    """Both tables of every mixture."""
    parts = [section(plan, ledger, mixture) for mixture in plan.mixtures]
    facts = ledger.facts
    about = (
        f"{plan.seconds:g} s of CPU time a run, measured as the process's own, for steps alone; "
        f"seeds {', '.join(map(str, plan.seeds))}; mean ± standard error; {facts['points']} points; "
        f"{facts['machine']}, one thread."
    )
    return "\n\n".join([about, *parts]) + "\n"


def section(plan: Plan, ledger: Ledger, mixture: Mixture) -> str:
    """One mixture: how runs ended, and modes over time."""
    lines = [f"### {mixture.title} (`{mixture.id}`)", "", HEAD, "|---" + "|---:" * 5 + "|"]
    over_time = [
        "Modes covered over time:",
        "",
        "| method | " + " | ".join(f"{moment * plan.seconds:g} s" for moment in MOMENTS) + " |",
        "|---" + "|---:" * len(MOMENTS) + "|",
    ]
    for method in plan.methods:
        rows = [ledger.rows[method.id, mixture.id, seed] for seed in plan.seeds]
        lines.append(f"| {method.title} | {' | '.join(endings(rows))} |")
        cells = [spread((at(row, moment * plan.seconds).modes for row in rows), 1) for moment in MOMENTS]
        over_time.append(f"| {method.title} | {' | '.join(cells)} |")
    lines += [f"| *{name}* | {' | '.join(reference(plan, mixture, of))} |" for name, of in REFERENCES.items()]
    return "\n".join([*lines, "", *over_time])


def reference(plan: Plan, mixture: Mixture, of: Callable[[Mixture, int], Coverage]) -> list[str]:
    """The cells of a sample that no GAN made."""
    found = [of(mixture, seed) for seed in plan.seeds]
    return [
        spread((each.modes for each in found), 1),
        "",
        spread((100 * each.high_quality for each in found), 1),
        spread((each.reverse_kl for each in found), 2),
        "",
    ]


def endings(rows: Sequence[Row]) -> list[str]:
    """The cells of the first table."""
    return [
        spread((row.end.modes for row in rows), 1),
        spread((row.visited for row in rows), 1),
        spread((100 * row.end.high_quality for row in rows), 1),
        spread((row.end.reverse_kl for row in rows), 2),
        spread((row.end.step for row in rows), 0),
    ]


def spread(values: Iterable[float], digits: int) -> str:
    """Mean ± standard error; the value alone where there is one."""
    found = list(values)
    mean = f"{statistics.fmean(found):,.{digits}f}"
    if len(found) == 1:
        return mean
    return f"{mean} ± {statistics.stdev(found) / math.sqrt(len(found)):,.{digits}f}"


def at(row: Row, seconds: float) -> Look:
    """The look nearest to a time."""
    return min(row.course, key=lambda look: abs(look.seconds - seconds))
