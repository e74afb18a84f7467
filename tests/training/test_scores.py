"""Scores against tables made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.scores import ClassScore, Mistake, by_class, confusion, ranks, score, shares

SHARES = np.array(
    [
        # 0    1    2    3      right
        [0.7, 0.1, 0.1, 0.1],  # 0: first
        [0.2, 0.5, 0.3, 0.0],  # 2: second, taken for 1
        [0.9, 0.05, 0.05, 0.0],  # 1: second, taken for 0
        [0.1, 0.2, 0.3, 0.4],  # 0: last, taken for 3
        [0.0, 0.0, 1.0, 0.0],  # 2: first
        [0.25, 0.25, 0.25, 0.25],  # 3: last, since all are equal; taken for 0
    ]
)
LABELS = np.array([0, 2, 1, 0, 2, 3], np.uint8)


def test_the_place_of_the_right_class_by_hand() -> None:
    assert ranks(SHARES, LABELS).tolist() == [0, 1, 1, 3, 0, 3]


def test_hits_among_the_first_k_confusions_and_ties_by_hand() -> None:
    found = score(SHARES, LABELS, top=(1, 2, 3, 4, 9))
    assert found.top == {1: 2 / 6, 2: 4 / 6, 3: 4 / 6, 4: 1.0, 9: 1.0}
    assert found.matrix.tolist() == [[1, 0, 0, 1], [1, 0, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0]]
    assert (found.count, found.accuracy, found.tied) == (6, found.top[1], 1)


def test_figures_of_each_class_by_hand() -> None:
    assert by_class(score(SHARES, LABELS).matrix) == (
        ClassScore(0, count=2, correct=1, taken_for=3, mistaken=1),
        ClassScore(1, count=1, correct=0, taken_for=0, mistaken=1),
        ClassScore(2, count=2, correct=1, taken_for=1, mistaken=1),
        ClassScore(3, count=1, correct=0, taken_for=0, mistaken=1),
    )
    matrix = np.array([[3, 0, 2, 2], [0, 0, 0, 0], [0, 0, 4, 0], [0, 5, 1, 0]])
    found = by_class(matrix)
    assert [(c.count, c.accuracy, c.taken_for, c.mistaken) for c in found] == [
        (7, 3 / 7, 2, 2),  # the first of two that are equally often
        (0, None, None, 0),
        (4, 1.0, None, 0),
        (6, 0.0, 1, 5),
    ]


def test_the_surest_mistakes_come_first() -> None:
    found = score(SHARES, LABELS, worst=3).mistakes
    assert found == (
        Mistake(picture=2, label=1, said=0, share=0.9, right_share=0.05),
        Mistake(picture=1, label=2, said=1, share=0.5, right_share=0.3),
        Mistake(picture=3, label=0, said=3, share=0.4, right_share=0.1),
    )
    assert len(score(SHARES, LABELS, worst=100).mistakes) == 4
    assert score(SHARES, LABELS).mistakes == ()


def test_a_network_that_says_the_same_of_all_is_right_as_often_as_a_guess() -> None:
    labels = np.arange(40) % 10
    found = score(np.full((40, 10), 0.1), labels, top=(1, 5, 10))
    assert found.top == {1: 0.1, 5: 0.5, 10: 1.0}
    assert found.tied == 40


def test_distances_and_logits_become_shares_without_ties() -> None:
    distances = np.array([[800.0, 3.0, 2.0, 400.0], [1.0, 1.5, 700.0, 600.0]])
    found = shares(distances, "distances")
    assert np.allclose(found.sum(axis=1), 1)
    for row, expected in zip(found, distances, strict=True):
        assert np.argsort(-row, kind="stable").tolist() == np.argsort(expected).tolist()
    logits = np.log(np.array([[0.2, 0.3, 0.5]])) + 1000
    assert np.allclose(shares(logits, "logits"), [[0.2, 0.3, 0.5]])
    assert shares(np.float32([[0.25, 0.75]]), "softmax").dtype == np.float64


def test_ranks_are_those_of_sorting() -> None:
    """Against sorting each row by share, then by number."""
    generator = np.random.default_rng(0)
    found = generator.integers(0, 5, (200, 9)) / 10  # with many ties
    labels = generator.integers(0, 9, 200)
    for row, label, rank in zip(found, labels, ranks(found, labels), strict=True):
        assert sorted(range(9), key=lambda c: (-row[c], c)).index(label) == rank
    assert np.array_equal(ranks(found, labels) == 0, found.argmax(axis=1) == labels)


def test_no_pictures_have_no_score() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        score(np.empty((0, 3)), np.empty(0, np.uint8))


def test_confusions_count_all_pictures_of_many_classes() -> None:
    generator = np.random.default_rng(1)
    said, labels = generator.integers(0, 300, (2, 5000))
    matrix = confusion(said, labels.astype(np.uint16), 300)
    assert matrix.sum() == 5000
    for i, j in [(0, 0), (299, 299), (7, 298)]:
        assert matrix[i, j] == ((labels == i) & (said == j)).sum()
