"""Options that the lab's commands share."""

import click


def numbers(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """0-9 or 0,3,7 as integers."""
    if value is None:
        return None
    found: list[int] = []
    try:
        for part in value.split(","):
            first, dash, last = part.partition("-")
            found += range(int(first), int(last if dash else first) + 1)
    except ValueError:
        found = []
    if not found:
        raise click.BadParameter(f"{value!r} is no list of seeds such as 0-9 or 0,3,7", context, parameter)
    return tuple(dict.fromkeys(found))
