"""The facts of a card for tests: everything but digest and size."""

from typing import Any


def card_facts(name: str) -> dict[str, Any]:
    """A tiny SN-GAN of width 4."""
    return {
        "id": name,
        "title": "A tiny SN-GAN",
        "family": "sngan",
        "capabilities": ["sampler"],
        "config": {"latent_dim": 8, "width": 4, "channels": 1},
        "output": {"height": 28, "width": 28, "channels": 1},
        "data": {"name": "noise", "licence": "CC0-1.0", "obtained": "drawn by the test", "images": 10},
        "training": {
            "recipe": "sngan-mnist",
            "preset": "smoke",
            "parameters": {},
            "seed": 0,
            "steps": 1,
            "images_seen": 1,
            "seconds": 1.0,
            "hardware": "test",
            "precision": "fp32",
            "torch": "2.13.0",
            "commit": "unknown",
            "command": "zerosum train sngan-mnist",
        },
        "papers": ["arXiv:1802.05957"],
        "parameters": 1000,
        "licence": "CC0-1.0",
        "intended_use": "Tests.",
        "limits": ["It makes noise."],
    }
