"""`zerosum calibrate`: what the scores of a checkpoint mean, by normals of the user's own."""

from pathlib import Path

import click

from training.evaluation.options import weights_option


@click.command()
@click.argument("id")
@click.option("--data", required=True, help="Normal images that training did not see: folder:PATH, or any other set.")
@click.option(
    "--rate", type=click.FloatRange(min=0, max=1, min_open=True, max_open=True), default=0.01, show_default=True
)
@weights_option
def calibrate(id: str, data: str, rate: float, weights: Path) -> None:
    """Put the scores of held-out normals into the card of checkpoint ID; refused where they are too few for --rate."""
    from models.checkpoint import load, write_card
    from models.conformal import require, threshold
    from training.evaluation.anomaly import calibrated, scorer
    from training.evaluation.draws import one_thread
    from training.evaluation.evaluate import find
    from training.evaluation.normals import normals

    folder = find(weights, id)
    checkpoint = load(folder)
    card, network = checkpoint.card, scorer(checkpoint.network)
    images = normals(data, card)
    require(len(images), rate, what=data)
    with one_thread():
        calibration = calibrated(network, images, name=data)
    write_card(folder, card.model_copy(update={"calibration": calibration}))
    limit = threshold(calibration.scores, rate)
    click.echo(f"{id}: {len(images)} normals of {data}; anomalous at a rate of {rate:g} is a score above {limit:.4g}")
