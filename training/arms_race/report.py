"""arms-race.md: how every race went, and where it ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.arms_race.race import Round
from training.arms_race.setting import Setting

Races = Mapping[Setting, Sequence[Round]]
HEAD = "| defender | width | eps | clean | replayed | robust | margin too | Square too | robust, by round |"


def report(races: Races, facts: Mapping[str, Any]) -> str:
    """One table: a race a row."""
    terms = facts["terms"]
    about = (
        f"{facts['attack'].upper()}, {terms['steps']} steps on {terms['attacked']} training digits a round, "
        f"{terms['judging']} steps on {terms['judged']} test digits; L-inf, eps in 1/255; {terms['rounds']} rounds; "
        f"seed {facts['seed']}; {facts['machine']}. In per cent, after the last round; what stands then is tried by "
        f"{terms['margin']} steps of PGD on the margin, and by {terms['queries']} queries of Square."
    )
    lines = [HEAD, "|---" + "|---:" * 7 + "|---|"]
    return "\n".join([about, "", *lines, *(row(rounds) for rounds in races.values())]) + "\n"


def row(rounds: Sequence[Round]) -> str:
    """How it ended, and how it went."""
    last, setting = rounds[-1], rounds[0].setting
    cells = " | ".join(map(percent, (last.clean, last.replayed, last.robust, last.margin, last.worst)))
    course = " ".join(f"{100 * each.robust:.0f}" for each in rounds)
    return f"| {setting.kind} | {setting.width} | {setting.eps} | {cells} | {course} |"


def percent(share: float | None) -> str:
    """To a tenth; nothing where nothing was measured."""
    return "" if share is None else f"{100 * share:.1f}"
