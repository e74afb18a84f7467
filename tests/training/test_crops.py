"""Crops: their places against a transcription of the papers' words, each equal to plain slicing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from training.augment import geometry
from training.evaluation import crops

Array = npt.NDArray[np.float32]
SIZES = [(8, 8), (8, 11), (13, 8), (9, 16), (31, 8)]


def numbered(height: int, width: int, channels: int = 2) -> Array:
    """A picture whose values are all different."""
    count = height * width * channels
    return np.arange(count, dtype=np.float32).reshape(1, height, width, channels)


def ten_by_words(picture: Array, size: int) -> list[Array]:
    """Four corners and the middle, then the mirror of each; slices counted from the far end where that is said."""
    x = picture[0]
    rows, columns = (x.shape[0] - size) // 2, (x.shape[1] - size) // 2
    five = [
        x[:size, :size],
        x[:size, -size:],
        x[-size:, :size],
        x[-size:, -size:],
        x[rows:, columns:][:size, :size],
    ]
    return five + [each[:, ::-1] for each in five]


def squares_by_words(picture: Array) -> list[Array]:
    """Left, middle, right of a wide picture; top, middle, bottom of a tall one."""
    x = picture[0]
    if x.shape[0] > x.shape[1]:
        turned = squares_by_words(picture.transpose(0, 2, 1, 3))
        return [each.transpose(1, 0, 2) for each in turned]
    side, width = x.shape[:2]
    return [x[:, :side], x[:, (width - side) // 2 :][:, :side], x[:, width - side :]]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_ten_crops_are_slices_at_the_papers_places(height: int, width: int) -> None:
    picture = numbered(height, width)
    windows = crops.corners_and_center((height, width), (6, 6))
    found = crops.cut(picture, windows, (6, 6)).numpy()
    assert found.shape == (1, 10, 6, 6, 2)
    for crop, expected in zip(found[0], ten_by_words(picture, 6), strict=True):
        assert np.array_equal(crop, expected)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_crops_of_three_squares_are_slices_at_the_papers_places(height: int, width: int) -> None:
    picture = numbered(height, width)
    windows = crops.crops_of_squares((height, width), (6, 6))
    found = crops.cut(picture, windows, (6, 6)).numpy()
    assert found.shape == (1, 3 * 6 * 2, 6, 6, 2)
    expected = []
    for square in squares_by_words(picture):
        whole = geometry.resized(square[np.newaxis], (6, 6)).numpy()[0]
        expected += [*ten_by_words(square[np.newaxis], 6)[:5], whole]
    expected += [each[:, ::-1] for each in expected]
    for crop, slices in zip(found[0], expected, strict=True):
        assert np.array_equal(crop, slices)


def test_a_whole_square_is_resized_by_the_mean_of_what_a_pixel_covers_or_from_the_nearest() -> None:
    """Half the size: means. Two thirds: of the two pixels nearest to the new one's middle, by their nearness."""
    square = np.random.default_rng(0).random((1, 6, 6, 1), np.float32)
    halves = np.kron(np.eye(3), [0.5, 0.5])
    thirds = np.kron(np.eye(2), [[3, 1, 0], [0, 1, 3]]) / 4
    for size, weights in ((3, halves), (4, thirds)):
        expected = weights @ square[0, ..., 0] @ weights.T
        assert np.allclose(geometry.resized(square, (size, size)).numpy()[0, ..., 0], expected, atol=1e-6)


def test_several_pictures_are_cut_at_once() -> None:
    pictures = np.concatenate([numbered(8, 9), numbered(8, 9) + 1000])
    windows = crops.corners_and_center((8, 9), (4, 6))
    both = crops.cut(pictures, windows, (4, 6)).numpy()
    alone = [crops.cut(pictures[i : i + 1], windows, (4, 6)).numpy()[0] for i in (0, 1)]
    assert both.shape == (2, 10, 4, 6, 2) and np.array_equal(both, np.stack(alone))


@pytest.mark.parametrize(
    ("size", "scale", "expected"),
    [(224, 256, 256), (227, 256, 256), (32, 256, 37), (64, 256, 73), (32, 288, 41), (299, 256, 342), (224, 352, 352)],
)
def test_the_shorter_side_follows_the_input(size: int, scale: int, expected: int) -> None:
    assert crops.shorter_side(size, scale) == expected


@pytest.mark.parametrize(
    ("picture", "shorter", "expected"),
    [
        ((375, 500), 256, (256, 341)),
        ((500, 375), 256, (341, 256)),
        ((10, 10), 256, (256, 256)),
        ((1000, 999), 8, (8, 8)),
    ],
)
def test_pictures_keep_their_aspect(picture: crops.Pair, shorter: int, expected: crops.Pair) -> None:
    assert crops.scaled(picture, shorter) == expected
