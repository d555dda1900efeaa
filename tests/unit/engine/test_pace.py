import pytest

from app.engine.pace import Pace


def test_pace_is_the_mean_over_batches_with_the_newest_counting_most() -> None:
    pace = Pace(lanes=1)
    pace.note("m", cost=10, seconds=1.0)
    assert pace.seconds({"m": 100}) == pytest.approx(10.0)
    for _ in range(100):
        pace.note("m", cost=10, seconds=2.0)
    assert pace.seconds({"m": 100}) == pytest.approx(20.0, rel=1e-3)


def test_models_have_paces_of_their_own_and_lanes_share_the_work() -> None:
    pace = Pace(lanes=2)
    pace.note("quick", cost=10, seconds=1.0)
    pace.note("slow", cost=10, seconds=10.0)
    assert pace.seconds({"quick": 10, "slow": 10, "never run": 10}) == pytest.approx(5.5)
