"""A classifier's figures."""

import pytest

from models.checkpoint import load
from tests.unit.evaluation.worlds import DIGITS, World, generator
from training.evaluation import measure_classifier
from training.evaluation.errors import NothingToMeasure
from training.evaluation.evaluate import Settings, evaluate
from training.metrics.accuracy import wilson


def test_the_figures_are_accuracy_worst_class_and_calibration(world: World) -> None:
    network = load(world.weights / "stripes-cnn").network
    metrics = measure_classifier(network, data=world.data, command="zerosum eval stripes-cnn")
    assert [(metric.name, metric.n, metric.reference) for metric in metrics] == [
        ("accuracy", 120, "test"),
        ("accuracy-worst-class", 120, "test"),
        ("calibration-error", 120, "test"),
    ]
    accuracy, worst, calibration = (metric.value for metric in metrics)
    assert 0.5 < accuracy <= 1
    assert worst <= accuracy
    assert 0 <= calibration < 1


def test_the_report_has_an_interval_for_every_class(world: World) -> None:
    report = evaluate("stripes-cnn", Settings(world.weights, None, None, samples=(100,), seeds=(0,)))
    rows = report.sections[0].rows
    assert [row.name for row in rows] == ["all classes", *DIGITS]
    assert [row.n for row in rows] == [120, *[12] * 10]
    right = round(rows[0].cells["accuracy"].value * 120)
    assert (rows[0].cells["low"].value, rows[0].cells["high"].value) == wilson(right, 120)
    assert sum(row.cells["accuracy"].value * 12 for row in rows[1:]) == pytest.approx(right)
    assert " read as " in report.facts["worst pair"]


def test_a_network_that_names_nothing_is_refused(world: World) -> None:
    with pytest.raises(NothingToMeasure, match="Generator names no classes"):
        measure_classifier(generator(), data=world.data, command="zerosum eval x")
