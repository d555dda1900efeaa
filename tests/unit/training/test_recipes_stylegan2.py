"""StyleGAN2: lazy regularisation, mixed styles, the mean of w."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.unit.training.stand_in import faces
from training.cluster import Cluster
from training.conditions import codes_of, columns_of
from training.errors import DataUnfit
from training.randomness import Draw, seed_step
from training.recipe import Batch
from training.recipes import recipe
from training.recipes.stylegan2 import MEAN_DECAY
from training.update import Update

CPU = torch.device("cpu")
SPEC = recipe("stylegan2-avatars")
SMOKE = SPEC.presets["smoke"].config


def build(**settings: Any) -> Any:
    draw(2**40)
    return SPEC.build(replace(SMOKE, **settings), faces())


def draw(step: int) -> Draw:
    return seed_step(seed=0, step=step, rank=0, device=CPU)


def batch(n: int) -> Batch:
    data = faces(n)
    attributes = {name: torch.from_numpy(index) for name, index in data.attributes.items()}
    return Batch(torch.from_numpy(data.images).float() / 255, None, attributes)


def codes(n: int) -> torch.Tensor:
    return columns_of(batch(n), codes_of("a test", faces(n)))


def test_regularisation_comes_every_few_steps() -> None:
    gan, update = build(r1_every=2, path_every=3), Update(Cluster(0, 1, CPU))
    seen = [set(gan.step(batch(8), draw(step), update)) for step in range(4)]
    assert [step for step, names in enumerate(seen) if "r1" in names] == [0, 2]
    assert [step for step, names in enumerate(seen) if "path" in names] == [0, 3]
    assert int(gan.networks.state_dict()["lazy.steps"]) == 4  # so a resumed run goes on in time
    assert gan.lazy.length > 0


def test_a_share_of_the_images_has_two_styles_one_after_the_other_and_codes_of_nobody() -> None:
    gan = build(mixing=0.5)
    ws, told = gan.styles(codes(600), draw(0))
    changes = (ws[:, 1:] != ws[:, :-1]).any(dim=2).sum(dim=1)
    assert changes.max() == 1
    assert 0.4 < changes.float().mean() < 0.6
    assert torch.equal(told, codes(600) * (changes == 0)[:, None])
    alone, told = build(mixing=0.0).styles(codes(20), draw(0))
    assert torch.equal(alone, alone[:, :1].expand_as(alone))
    assert torch.equal(told, codes(20))


def test_the_mean_style_follows() -> None:
    gan, expected = build(mixing=0.0), torch.zeros(SMOKE.style_dim)
    for step in range(3):
        w = gan.styles(codes(16), draw(step))[0][:, 0].detach()
        expected = MEAN_DECAY * expected + (1 - MEAN_DECAY) * w.mean(dim=0)
    assert expected.any()
    torch.testing.assert_close(gan.G.mapping.mean, expected)


def test_data_without_labels_are_learned_without() -> None:
    plain = replace(faces(), attributes={}, attribute_names={})
    gan: Any = SPEC.build(SMOKE, plain)
    assert gan.G.codes == ()
    losses = gan.step(
        Batch(torch.from_numpy(plain.images[:4]).float() / 255, None), draw(0), Update(Cluster(0, 1, CPU))
    )
    assert {"loss_d", "loss_g", "r1"} <= set(losses)


@pytest.mark.parametrize(("progress", "share"), [(0.0, 1.0), (0.3, 1.0), (0.65, 0.5), (1.0, 0.0)])
def test_rates_fall_over_the_last_part(progress: float, share: float) -> None:
    gan = build()
    gan.schedule(progress)
    assert gan.opt_g.param_groups[0]["lr"] == pytest.approx(share * SMOKE.lr_g)
    assert gan.opt_d.param_groups[0]["lr"] == pytest.approx(share * SMOKE.lr_d)


def test_the_sheet_shows_truncation_and_mixed_styles() -> None:
    gan = build()
    x = gan.preview(gan.G.eval(), draw(0)).unflatten(0, (10, 10))
    assert x.shape[2:] == (3, 64, 64)
    with torch.no_grad():
        drawn = gan.G(gan.G.prior.draw(seed=0, rows=range(20))).unflatten(0, (2, 10))
    torch.testing.assert_close(x[:2], drawn)
    spread = [x[2 * i : 2 * i + 2].std(dim=(0, 1)).mean() for i in range(3)]
    assert spread[0] > spread[1] > spread[2]
    with torch.no_grad():
        coarse = gan.G(gan.G.prior.draw(seed=1, rows=[10, 11, 12]))
    torch.testing.assert_close(x[7:, 0], coarse)
    assert not torch.allclose(x[7, 1], x[6, 1])  # row 6 has the sources


def test_data_of_another_size_is_refused() -> None:
    with pytest.raises(DataUnfit, match="stylegan2-avatars learns from 64x64"):
        SPEC.build(SMOKE, replace(faces(), images=faces().images[..., :32, :32]))
