"""A network as a defence."""

import torch

from models.defences.defended import Defence, Defended
from models.defences.denoiser import Denoised
from models.streams import keys
from models.victim import ask, look
from tests.unit.models.attacks.world import images, victim
from tests.unit.models.test_families_hgd import trained


def test_strength_is_the_share_of_the_residual_that_is_taken_off() -> None:
    x, _ = images(4)
    key, D = keys(0, range(4)), trained()
    nothing, half, all_of_it = (Denoised(D, strength).cleaned(x, key) for strength in (0.0, 0.5, 1.0))
    assert torch.equal(nothing, x)
    assert torch.allclose(half, (x + all_of_it) / 2, atol=1e-6)
    assert torch.equal(all_of_it, x + (D.denoise(x) - x))


def test_a_gradient_goes_through_both_networks_and_its_pass_is_counted() -> None:
    x, y = images(4)
    behind = Defended(victim(), Denoised(trained()))
    assert isinstance(behind.defence, Defence)
    assert behind.passes == victim().passes + 1
    seen = look(behind, x, keys(0, range(4)), lambda logits: logits.gather(1, y[:, None]).squeeze(1))
    assert (seen.gradient.flatten(1).norm(dim=1) > 0).all()
    assert torch.equal(seen.logits, ask(behind, x, keys(0, range(4))))
