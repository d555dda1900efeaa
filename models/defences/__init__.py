"""Defences that stand in front of a classifier, one file each."""
