"""Samples are what a client gets, whatever the batch."""

import pytest
import torch

from models.checkpoint import load
from tests.unit.evaluation.worlds import World, generator
from training.evaluation import draws
from training.evaluation.draws import as_shipped, draw, one_thread
from training.evaluation.extractor import open_extractor


def test_a_draw_is_rows_of_a_seed_in_8_bits() -> None:
    network = generator()
    images = draw(network, n=70, seed=3)
    assert (images.shape, images.dtype) == ((70, 1, 28, 28), torch.uint8)
    z = network.prior.draw(seed=3, rows=[66])
    with torch.no_grad():
        expected = (network.sample(z, torch.ones(1)) * 255).round().to(torch.uint8)
    assert torch.equal(images[66:67], expected)


def test_more_samples_begin_with_fewer_and_another_seed_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = draw(generator(), n=10, seed=0), draw(generator(), n=90, seed=0)
    assert torch.equal(few, many[:10])
    assert not torch.equal(few, draw(generator(), n=10, seed=1))
    monkeypatch.setattr(draws, "BATCH", 7)
    assert torch.equal(draw(generator(), n=90, seed=0), many)


def test_features_do_not_depend_on_the_batch(world: World) -> None:
    extractor = open_extractor(world.weights / "stripes-cnn")
    images = draw(generator(), n=70, seed=0)
    whole, part = extractor.view(images), extractor.view(images[60:67])
    assert part.features.flatten().tolist() == pytest.approx(whole.features[60:67].flatten().tolist(), abs=1e-5)
    assert part.heads[0].flatten().tolist() == pytest.approx(whole.heads[0][60:67].flatten().tolist(), abs=1e-5)


def test_a_trained_network_is_measured_with_the_weights_that_are_shipped(world: World) -> None:
    trained = generator()
    shipped, loaded = as_shipped(trained), load(world.weights / "stripes-gan").network
    assert {name: value.tolist() for name, value in shipped.state_dict().items()} == {
        name: value.tolist() for name, value in loaded.state_dict().items()
    }
    assert not torch.equal(trained.project.weight, shipped.get_parameter("project.weight"))
    assert not any(parameter.requires_grad for parameter in shipped.parameters())


def test_the_number_of_threads_is_given_back() -> None:
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
