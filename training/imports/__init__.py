"""Checkpoints of networks that others trained: fetched as packages, checked, converted once. `zerosum import`."""
