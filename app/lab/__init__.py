"""Adversarial training, live: mode collapse in the plane while it happens."""
