"""One line a checkpoint: the figures by which samplers, readers and classifiers are compared."""

from collections.abc import Sequence

from models.card import Card, Metric

Cells = tuple[str, ...]
TOLD = ("-error", "-agreement", "accuracy", "reconstruction-mse", "mean-iou", "-pgd40-eps76", "auroc")
HEAD: Cells = ("model", "frechet / floor", "n=10,000", "kernel", "P / R", "D / C", "reads, agrees", "images", "seconds")


def find(metrics: Sequence[Metric], name: str, *, n: int | None = None) -> Metric | None:
    """The metric of this name, whatever its extractor; of the fewest samples unless n is given."""
    named = [metric for metric in metrics if metric.name.partition("@")[0] == name and n in (None, metric.n)]
    return min(named, key=lambda metric: metric.n, default=None)


def ratio(metric: Metric | None) -> str:
    """1.23 / 0.47 = 2.6."""
    if metric is None:
        return "-"
    if not metric.floor:
        return f"{metric.value:.2f}"
    return f"{metric.value:.2f} / {metric.floor:.2f} = {metric.value / metric.floor:.1f}"


def two(metrics: Sequence[Metric], one: str, other: str) -> str:
    """Two shares, .93 / .91."""
    found = [find(metrics, name) for name in (one, other)]
    return " / ".join("-" if metric is None else f"{metric.value:.2f}" for metric in found) if any(found) else "-"


def reads(metrics: Sequence[Metric]) -> str:
    """What it tells of images, or how often it draws what it was asked for."""
    told = [
        metric
        for metric in metrics
        if metric.name.partition("@")[0].endswith(TOLD) and not metric.name.startswith("calibration")
    ]
    return ", ".join(f"{metric.name.partition('@')[0]} {metric.value:.4f}" for metric in told) or "-"


def line(card: Card, metrics: Sequence[Metric]) -> Cells:
    """The cells of a checkpoint; `metrics` are its card's, or those just measured."""
    kernel, many = find(metrics, "kernel-distance"), find(metrics, "frechet", n=10_000)
    return (
        card.id,
        ratio(find(metrics, "frechet")),
        ratio(many),
        "-" if kernel is None else f"{kernel.value:.4f}",
        two(metrics, "precision", "recall"),
        two(metrics, "density", "coverage"),
        reads(metrics),
        f"{card.training.images_seen:,}" if card.training else "-",
        f"{card.training.seconds:,.0f}" if card.training else "-",
    )


def table(lines: Sequence[Cells]) -> str:
    """Markdown, which reads as text too."""
    rows = [HEAD, *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rule = "|".join("-" * (width + 2) for width in widths)
    text = [
        "| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([text[0], f"|{rule}|", *text[1:]])
