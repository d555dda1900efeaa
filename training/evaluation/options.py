"""Options that the commands on checkpoints share."""

from pathlib import Path

import click

weights_option = click.option(
    "--weights",
    type=click.Path(path_type=Path),
    default=Path("weights"),
    envvar="ZEROSUM_WEIGHTS",
    show_default=True,
    help="The folder of checkpoints.",
)
