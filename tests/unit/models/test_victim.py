import torch
from torch import nn

from models.streams import keys
from models.tensors import Images, Logits
from models.victim import Bare, Blocks, ask, look
from tests.unit.models.attacks.world import images, victim


class Shaped(nn.Module):
    """Answers otherwise in every batch size."""

    def classify(self, x: Images) -> Logits:
        return x.flatten(1)[:, :3] * len(x)


def test_a_look_tells_the_gradient_of_each_row_and_leaves_none_in_the_weights() -> None:
    x, _ = images(5)
    key, network = keys(0, range(5)), victim().classifier
    with torch.inference_mode():  # as a lane of the server does
        seen = look(Bare(network), x.clone(), key, lambda logits: logits[:, 1])
    moved = torch.zeros_like(x)
    moved[2, 0, 3, 4] = 1e-2
    rise = (ask(victim(), x + moved, key) - ask(victim(), x - moved, key))[:, 1] / 2e-2
    assert torch.allclose(rise[2], seen.gradient[2, 0, 3, 4], rtol=1e-2)
    assert torch.equal(seen.loss, seen.logits[:, 1])
    assert isinstance(network, nn.Module)
    assert all(weight.grad is None for weight in network.parameters())


def test_blocks_answer_a_row_with_the_same_bits_in_any_batch() -> None:
    x, _ = images(7)
    key = keys(0, range(7))
    for size in (1, 3, 8):
        blocks = Blocks(Bare(Shaped()), size)
        assert blocks.passes == 1
        assert torch.equal(ask(blocks, x, key)[2:5], ask(blocks, x[2:5], key[2:5]))
        assert torch.equal(ask(blocks, x, key), x.flatten(1)[:, :3] * size)
