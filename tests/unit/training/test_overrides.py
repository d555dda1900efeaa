"""What the command line changes of a preset."""

from pathlib import Path
from typing import Any

import pytest

from training.errors import SettingInvalid
from training.export import flags
from training.loop import Options
from training.recipes import preset, recipe
from training.run import Outcome, Overrides
from training.state import Progress

SMOKE = preset(recipe("sngan-mnist"), "smoke")


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ("gain=4", "gain", 4.0),
        ("lr_g=3e-3", "lr_g", 3e-3),
        ("latent_dim=64", "latent_dim", 64),
        ("policy=translation,cutout", "policy", ("translation", "cutout")),
        ("policy=", "policy", ()),
    ],
)
def test_a_setting_has_the_type_of_the_field_it_changes(setting: str, field: str, value: Any) -> None:
    changed = Overrides(steps=7, settings=(setting,)).apply(SMOKE)
    assert getattr(changed.config, field) == value
    assert changed.plan.steps == 7


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("depth=3", "got 'depth=3'"),
        ("gain", "takes name=value of latent_dim, g_width"),
        ("gain=much", "gain is 'much'"),
        ("latent_dim=1.5", "latent_dim is '1.5'"),
    ],
)
def test_a_setting_that_fits_no_field_is_refused_by_name(setting: str, named: str) -> None:
    with pytest.raises(SettingInvalid, match=named):
        Overrides(settings=(setting,)).apply(SMOKE)


def test_the_card_s_command_has_every_option_that_made_it() -> None:
    overrides = Overrides(steps=9, batch_size=32, data="npz:x.npz", settings=("gain=4", "policy="))
    spec = recipe("sngan-mnist")
    outcome = Outcome(spec, SMOKE, "smoke", "npz:x.npz", Options(Path("run"), seed=3), Progress(), overrides)
    assert " ".join(flags(outcome)) == (
        "--preset smoke --seed 3 --steps 9 --batch-size 32 --data npz:x.npz --set gain=4 --set policy="
    )
