"""diffaugment.md: the rows as two tables, each cell a mean over seeds and its standard error."""

from collections.abc import Callable, Sequence

from training.augment import POLICIES as PARTS
from training.lab.ablation import Plan
from training.lab.leak import Called
from training.lab.report import spread
from training.lab.trial import Trial
from training.lab.trials import Trials

HEAD = "| digits | policy | distance | D on train | D on test | D on samples | gap, train - test | CPU, s |"
LEAK_HEAD = "| digits | policy | " + " | ".join(f"{part}, %" for part in PARTS) + " |"


def report(plan: Plan, trials: Trials) -> str:
    """Both tables and what they stand on."""
    known = trials.facts
    about = (
        f"{known['plan']['steps']:,} steps of {known['plan']['batch_size']} images a run; "
        f"seeds {', '.join(map(str, plan.seeds))}; mean ± standard error. Distance: frechet@{known['extractor']} of "
        f"{known['samples']:,} samples to the test digits; as many training digits stand {known['floor']:.2f} from "
        f"them. D: mean logits, no image augmented. {known['machine']}."
    )
    leak = (
        "Share of images that a detector of each part takes for augmented. In brackets, in how many of "
        f"{len(plan.seeds)} seeds that is significantly more than of test digits; after the stroke, more than of the "
        "same seed's samples without augmentation:"
    )
    return "\n\n".join([about, table(HEAD, 2, plan, trials, endings), leak, leaks(plan, trials)]) + "\n"


def table(head: str, words: int, plan: Plan, trials: Trials, cells: Callable[[Sequence[Trial]], list[str]]) -> str:
    """A line for every part of the data and policy; the first columns hold words."""
    lines = [head, "|---" * words + "|---:" * (head.count("|") - 1 - words) + "|"]
    for percent in plan.fractions:
        for policy in plan.policies:
            rows = [trials.rows[policy, percent, seed] for seed in plan.seeds]
            lines.append(f"| {rows[0].images:,} ({percent} %) | {policy} | {' | '.join(cells(rows))} |")
    return "\n".join(lines)


def endings(rows: Sequence[Trial]) -> list[str]:
    """The cells of the first table."""
    return [
        spread((row.frechet for row in rows), 2),
        *(spread((row.logits[of] for row in rows), 2) for of in ("train", "test", "samples")),
        spread((row.gap for row in rows), 2),
        spread((row.seconds for row in rows), 0),
    ]


def leaks(plan: Plan, trials: Trials) -> str:
    """The second table, real images below."""
    clean = {part: Called(**trials.facts["test"][part]) for part in PARTS}
    dirty = {part: Called(**trials.facts["augmented"][part]) for part in PARTS}

    def verdict(rows: Sequence[Trial], part: str) -> str:
        controls = [trials.rows.get(("none", row.percent, row.seed)) for row in rows]
        against = [(row.called[part], none.called[part]) for row, none in zip(rows, controls, strict=True) if none]
        counts = [sum(row.called[part].leaks(clean[part]) for row in rows)]
        if rows[0].policy != "none" and len(against) == len(rows):
            counts.append(sum(called.leaks(control) for called, control in against))
        return " / ".join(map(str, counts))

    def cells(rows: Sequence[Trial]) -> list[str]:
        return [f"{spread((100 * row.called[p].share for row in rows), 1)} ({verdict(rows, p)})" for p in PARTS]

    def reference(name: str, of: dict[str, Called]) -> str:
        return f"| *{name}* |  | {' | '.join(f'{100 * of[part].share:.1f}' for part in PARTS)} |"

    samples = table(LEAK_HEAD, 2, plan, trials, cells)
    return "\n".join([samples, reference("test digits", clean), reference("test digits, augmented", dirty)])
