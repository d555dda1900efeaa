"""`zerosum lab estimate`: does the critic's estimate tell how good the samples are?

Arjovsky et al. 2017 (arXiv:1701.07875, figures 3 and 4) show by eye that it falls as samples get better. Here quality
is the Fréchet distance to train that the log has at every sheet, and what is told is the rank correlation of the two:
it does not depend on the estimate's scale, which under clipping is unknown.
"""

import io
import json
from pathlib import Path

import click


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("runs/estimate.png"),
    show_default=True,
    help="The picture, a PNG; its figures go beside it as JSON.",
)
def estimate(runs: tuple[Path, ...], out: Path) -> None:
    """The estimate of a Wasserstein GAN's critic against sample quality, from the logs of run folders, a row a RUN.

    Quality is the Fréchet distance to train, which a log has wherever a sheet was drawn.
    """
    from models.checkpoint import replace_file
    from training.lab.course import read
    from training.lab.estimate_picture import draw
    from training.lab.estimate_report import document, report

    if out.suffix != ".png":
        raise click.BadParameter(f"{out} is no .png", param_hint="--out")
    courses = [read(run) for run in runs]
    picture, figures = io.BytesIO(), out.with_suffix(".json")
    draw(courses).save(picture, format="PNG", optimize=True)
    replace_file(out, picture.getvalue())
    replace_file(figures, (json.dumps([document(course) for course in courses], indent=1) + "\n").encode())
    for path in (out, figures):
        click.echo(path)
    click.echo("\n" + report(courses))
