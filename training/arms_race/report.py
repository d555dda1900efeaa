"""arms-race.md: how every race went, and where it ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.arms_race.race import Round
from training.arms_race.setting import Setting

Races = Mapping[Setting, Sequence[Round]]
LAST = 3  # rounds that an ending is the mean of
HEAD = "| defender | width | eps | clean | replayed | robust | margin too | Square too | robust, by round |"


def report(races: Races, facts: Mapping[str, Any]) -> str:
    """One table: a race a row."""
    terms = facts["terms"]
    about = (
        f"{facts['attack'].upper()}, {terms['steps']} steps on {terms['attacked']} training digits a round, "
        f"{terms['judging']} steps on {terms['judged']} test digits; L-inf, eps in 1/255; {terms['rounds']} rounds; "
        f"seed {facts['seed']}; {facts['machine']}. Shares in per cent; clean, replayed and robust: means of "
        f"the last {LAST} rounds. What stands after the last one is tried by {terms['margin']} steps of PGD on the "
        f"margin, then by {terms['queries']} queries of Square."
    )
    lines = [HEAD, "|---" + "|---:" * 7 + "|---|"]
    return "\n".join([about, "", *lines, *(row(rounds) for rounds in races.values())]) + "\n"


def row(rounds: Sequence[Round]) -> str:
    """How it ended, and how it went."""
    last, setting = rounds[-LAST:], rounds[0].setting
    replayed = [each.replayed for each in last if each.replayed is not None]
    ends = [mean([each.clean for each in last]), mean(replayed), mean([each.robust for each in last])]
    ends += [share for share in (rounds[-1].margin, rounds[-1].worst) if share is not None]
    course = " ".join(f"{100 * each.robust:.0f}" for each in rounds)
    cells = " | ".join(f"{100 * end:.1f}" for end in ends)
    return f"| {setting.kind} | {setting.width} | {setting.eps} | {cells} | {course} |"


def mean(values: Sequence[float]) -> float:
    """Their mean."""
    return sum(values) / len(values)
