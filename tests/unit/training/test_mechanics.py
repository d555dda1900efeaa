"""The parts around a step: order of images, randomness, averages, updates, sheets."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from training.batches import BatchOrder
from training.cluster import Cluster, local_device
from training.ema import EMA
from training.errors import BatchTooLarge, DeviceMissing
from training.grid import sheet, write_sheet
from training.randomness import mix, seed_step
from training.update import Update

CPU = torch.device("cpu")
ALONE = Cluster(0, 1, CPU)


def test_an_epoch_shows_each_image_once_and_the_next_in_another_order() -> None:
    order = BatchOrder(n=60, batch_size=20, seed=0)
    epochs = [np.concatenate([order.indices(3 * epoch + step) for step in range(3)]) for epoch in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(60))
    assert list(epochs[0]) != list(epochs[1])


def test_processes_share_a_batch_without_overlap() -> None:
    whole = BatchOrder(n=64, batch_size=16, seed=3).indices(5)
    shares = [BatchOrder(n=64, batch_size=16, seed=3, rank=rank, world=4).indices(5) for rank in range(4)]
    assert np.concatenate(shares).tolist() == whole.tolist()


@pytest.mark.parametrize(("n", "batch_size", "world"), [(10, 11, 1), (10, 0, 1), (10, 5, 2)])
def test_an_impossible_batch_is_refused(n: int, batch_size: int, world: int) -> None:
    with pytest.raises(BatchTooLarge, match=str(batch_size)):
        BatchOrder(n=n, batch_size=batch_size, seed=0, world=world)


def test_a_step_seeds_the_world_and_its_own_stream() -> None:
    def everything(step: int) -> tuple[float, ...]:
        draw = seed_step(seed=1, step=step, rank=0, device=CPU)
        return (torch.rand(1).item(), float(np.random.rand()), draw.normal(1).item())  # noqa: NPY002

    assert everything(4) == everything(4)
    assert len(set(everything(4)) | set(everything(5))) == 6
    assert mix(1, 2) != mix(2, 1)


def test_the_average_follows_and_forgets_its_first_steps() -> None:
    source = nn.BatchNorm1d(1, affine=True)
    average = EMA(source, decay=0.9)
    tracked = dict(average.network.named_parameters())["weight"]
    with torch.no_grad():
        source.weight.fill_(2.0)
    average.update(0)
    assert tracked.item() == pytest.approx(0.1 * 1 + 0.9 * 2)
    for step in range(1, 400):
        average.update(step)
    assert tracked.item() == pytest.approx(2)
    assert not average.network.training


def test_an_update_moves_only_its_own_weights_and_clips_their_gradient() -> None:
    D, G = nn.Linear(4, 1), nn.Linear(4, 4)
    optimizer = torch.optim.SGD(G.parameters(), lr=1.0)
    before = {name: value.clone() for name, value in G.state_dict().items()}
    Update(ALONE, clip=0.5)(optimizer, 1000 * D(G(torch.ones(2, 4))).sum())
    assert all(parameter.grad is None for parameter in D.parameters())
    moved = torch.cat([(before[name] - value).flatten() for name, value in G.state_dict().items()])
    assert moved.norm().item() == pytest.approx(0.5, rel=1e-4)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_steps_move_the_weights_of_float32(precision: str) -> None:
    model = nn.Linear(8, 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    update = Update(ALONE, precision)
    before = model.weight.detach().clone()
    with update.autocast():
        output = model(torch.full((2, 8), 0.25))
        update(optimizer, output.float().mean())
    assert output.dtype == {"bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    assert model.weight.dtype == torch.float32
    assert (before - model.weight).detach() == pytest.approx(torch.full((1, 8), 0.025), abs=1e-3)


def test_an_overflow_in_fp16_skips_the_step_and_lowers_the_scale() -> None:
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    update = Update(ALONE, "fp16")
    before, scale = model.weight.detach().clone(), update.scaler_of(optimizer).get_scale()
    update(optimizer, model(torch.ones(1, 2)).sum() * float("inf"))
    assert torch.equal(before, model.weight)
    assert update.scaler_of(optimizer).get_scale() < scale


@pytest.mark.parametrize("device", ["tpu", "cuda:x", "cuda:0" if not torch.cuda.is_available() else "cuda:"])
def test_a_device_that_is_not_here_is_refused_by_name(device: str) -> None:
    with pytest.raises(DeviceMissing, match=device):
        local_device(device)


def test_a_sheet_shows_each_image_in_its_place(tmp_path: Path) -> None:
    x = torch.stack([torch.full((1, 4, 4), value) for value in (0.0, 0.2, 0.4, 0.6, 0.8)])
    picture = sheet(x, columns=3)
    assert picture.size == (3 * 6 + 2, 2 * 6 + 2)
    assert [picture.getpixel((3 + 6 * (i % 3), 3 + 6 * (i // 3))) for i in range(6)] == [0, 51, 102, 153, 204, 255]
    write_sheet(tmp_path / "a.png", torch.rand(4, 3, 4, 4), scale=3)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (42, 42)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
