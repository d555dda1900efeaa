from collections.abc import Callable

import pytest
from prometheus_client import generate_latest

from app.engine.observer import EngineObserver
from app.observability.metrics import Metrics

EVENTS: dict[str, Callable[[EngineObserver], None]] = {
    "zerosum_queue_depth 3.0": lambda seen: seen.queue_changed(depth=3, cost=50),
    "zerosum_queue_cost 50.0": lambda seen: seen.queue_changed(depth=3, cost=50),
    'zerosum_batch_size_sum{model="gan"} 16.0': lambda seen: seen.batch_formed("gan", size=16, waited=0.5),
    'zerosum_batch_wait_seconds_sum{model="gan"} 0.5': lambda seen: seen.batch_formed("gan", size=16, waited=0.5),
    'zerosum_device_seconds_total{model="gan"} 0.25': lambda seen: seen.device_seconds("gan", 0.25),
    'zerosum_encode_seconds_total{model="gan"} 0.25': lambda seen: seen.encode_seconds("gan", 0.25),
    'zerosum_shed_total{model="gan",reason="deadline"} 1.0': lambda seen: seen.shed("gan", "deadline"),
    'zerosum_cancelled_rows_total{model="gan"} 7.0': lambda seen: seen.cancelled("gan", rows=7),
    'zerosum_failures_total{model="gan"} 1.0': lambda seen: seen.failed("gan"),
    'zerosum_cache_lookups_total{model="gan",outcome="hit"} 1.0': lambda seen: seen.cache_answered("gan", hit=True),
    'zerosum_cache_lookups_total{model="gan",outcome="miss"} 1.0': lambda seen: seen.cache_answered("gan", hit=False),
}


@pytest.mark.parametrize("line", EVENTS)
def test_what_the_engine_tells_is_what_prometheus_reads(line: str) -> None:
    metrics = Metrics()
    EVENTS[line](metrics)
    assert line in generate_latest(metrics.registry).decode().splitlines()


def test_every_series_is_ours_or_the_processs() -> None:
    names = {family.name for family in Metrics().registry.collect()}
    assert all(name.startswith(("zerosum_", "process_", "python_gc_")) for name in names)
