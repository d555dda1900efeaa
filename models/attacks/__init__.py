"""Attacks on classifiers: one file each, all of them solvers (models/solver.py), judged on the 8-bit image."""
