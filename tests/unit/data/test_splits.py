"""Splits: always the same rows, and nothing of test in train."""

import hashlib
from dataclasses import replace

import numpy as np

from tests.unit.data.standins import noise, noisy
from training.data.splits import divided, grouped, merged, stratified


def test_a_stratified_split_holds_out_the_same_share_of_every_class() -> None:
    labels = np.repeat(np.arange(4), [100, 50, 33, 17])
    train, test = stratified(labels, test=0.2)
    assert np.bincount(labels[test]).tolist() == [20, 10, 7, 3]
    assert sorted([*train, *test]) == list(range(200))


def test_the_stratified_split_of_seed_0_never_changes() -> None:
    labels = np.repeat(np.arange(10), 100)
    _, test = stratified(labels, test=0.2)
    assert hashlib.sha256(test.tobytes()).hexdigest()[:16] == "248f586396d9c902"
    assert not np.array_equal(test, stratified(labels, test=0.2, seed=1)[1])


def test_a_grouped_split_keeps_groups_whole_and_large_ones_in_train() -> None:
    groups = [f"g{i // 3}" for i in range(600)] + ["flags"] * 60
    train, test = grouped(groups, test=0.1)
    sides = [{groups[i] for i in rows} for rows in (train, test)]
    assert not sides[0] & sides[1]
    assert "flags" in sides[0]
    assert 66 <= len(test) < 69
    assert np.array_equal(test, grouped(groups, test=0.1)[1])


def test_rows_that_share_any_name_are_one_group() -> None:
    base = ["a", "b", "c", "d", "e"]
    outline = ["1", "2", "1", "3", "2"]
    assert merged(base, outline) == ["a", "b", "a", "d", "b"]
    assert len(set(merged(base, outline, ["x", "x", "y", "z", "w"]))) == 2


def test_a_train_image_that_is_in_test_is_left_out() -> None:
    data = noisy(6)
    images = data.images.copy()
    images[1] = images[5]
    halves = divided(replace(data, images=images), (np.arange(4), np.arange(4, 6)))
    assert halves["train"].keys == ("0", "2", "3")
    assert halves["test"].keys == ("4", "5")
    assert (halves["train"].split, halves["test"].split) == ("train", "test")


def test_a_train_pair_that_is_in_test_is_left_out() -> None:
    pairs = noise(6, seed=9)
    pairs[2] = pairs[4]
    halves = divided(replace(noisy(6), pairs=pairs), (np.arange(4), np.arange(4, 6)))
    assert halves["train"].keys == ("0", "1", "3")
