"""Shares of whole sets: pictures of one size, of many, and streams give what each picture alone gives."""

from __future__ import annotations

import signal
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from archspec import api
from tests.training.tiny import said
from training import datasets
from training.augment import Surroundings
from training.datasets import Split, Stream, arrays
from training.evaluation import session
from training.evaluation.answers import answers
from training.evaluation.dense import dense_model
from training.evaluation.members import Loaded, Member
from training.evaluation.progress import Progress
from training.evaluation.protocols import Protocol
from training.preparation import Preparation
from training.stopping import StopRequest, StopRequestedError

SPEC = """
archspec: 1
name: small
input: [12, 12, 3]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, padding: same, activation: relu}
  - max_pool: {name: p1, pool_size: 2}
  - fc: {name: f1, units: 8, activation: relu}
  - fc: {name: output, units: 5, activation: softmax}
"""
PROTOCOLS = [
    Protocol("center"),
    Protocol("10crop", (14,)),
    Protocol("144crop", (12, 13, 14, 15)),
    Protocol("dense", (14,)),
    Protocol("multiscale", (12, 16)),
]
SIZES = [(20, 24), (24, 20), (20, 24), (30, 16), (16, 16), (24, 20), (20, 25)]


@cache
def member() -> tuple[Member, keras.Model, Preparation]:
    keras.utils.set_random_seed(0)
    network = api.load(SPEC)
    prepared = Preparation(Surroundings((12, 12, 3), 5), (), {"mean": 100, "scale": 0.02})
    return Member("small", network, said("epochs: 1"), ""), api.build(network), prepared


def loaded(protocol: Protocol) -> Loaded:
    who, model, prepared = member()
    return Loaded(who, protocol, prepared, model)


@cache
def network(size: tuple[int, int] | None) -> keras.Model:
    """The network, or its dense form for a size."""
    who, model, _ = member()
    return dense_model(who.network.graph, model, size) if size else model


def expected(protocol: Protocol, pictures: list[np.ndarray]) -> np.ndarray:
    """Picture by picture: all views of each scale, then the mean of all."""
    found = []
    for picture in pictures:
        scales = [views[0] for views in protocol.of(tf.constant(picture[np.newaxis]), member()[2])]
        models = [network(tuple(views.shape[1:3]) if protocol.dense else None) for views in scales]
        given = [np.asarray(model(views, training=False)) for model, views in zip(models, scales, strict=True)]
        shares = np.concatenate([each.reshape(len(each), -1, 5).mean(axis=1) for each in given])
        assert len(shares) == protocol.views
        found.append(shares.mean(axis=0))
    return np.array(found)


def pictures(sizes: list[tuple[int, int]]) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.integers(0, 256, (*size, 3), np.uint8) for size in sizes]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda each: each.name)
def test_pictures_of_one_size(protocol: Protocol) -> None:
    given = pictures([(16, 20)] * 7)
    split = arrays(np.stack(given), np.arange(7) % 5)
    for batch_size in (3, 64):
        found, labels = answers(loaded(protocol), split, batch_size, Progress(7, print))
        assert labels.tolist() == [0, 1, 2, 3, 4, 0, 1]
        assert np.abs(found - expected(protocol, given)).max() < 1e-6


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Split, list[np.ndarray]]:
    """Picture files of different sizes, and what they hold in the order of the set."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("files")
    given = pictures(SIZES)
    for number, picture in enumerate(given):
        place = folder / f"class{number % 2}"
        place.mkdir(exist_ok=True)
        Image.fromarray(picture).save(place / f"{number}.png")
    data = datasets.read(f"folder:{folder}", datasets.Options(test_share=0))
    return data.train, [given[i] for i in (0, 2, 4, 6, 1, 3, 5)]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda each: each.name)
def test_pictures_of_different_sizes(protocol: Protocol, files: tuple[Split, list[np.ndarray]]) -> None:
    split, given = files
    found, labels = answers(loaded(protocol), split, 64, Progress(7, print))
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert np.abs(found - expected(protocol, given)).max() < 1e-6


@pytest.mark.parametrize("protocol", PROTOCOLS[:2], ids=lambda each: each.name)
def test_streams(protocol: Protocol) -> None:
    given = np.stack(pictures([(16, 20)] * 4))

    def stream() -> tf.data.Dataset:
        return tf.data.Dataset.from_tensor_slices((given, np.array([3, 1, 0, 2])))

    split = Split(Stream(stream, 4, (16, 20, 3), "four"), None)
    found, labels = answers(loaded(protocol), split, 64, Progress(4, print))
    assert labels.tolist() == [3, 1, 0, 2]
    assert np.abs(found - expected(protocol, list(given))).max() < 1e-6
    again = session.read(split, [2, 0])
    assert np.array_equal(again[2], given[2]) and np.array_equal(again[0], given[0])


def test_a_signal_ends_it_after_a_batch() -> None:
    progress = Progress(4, print, StopRequest(signal.SIGINT))
    split = arrays(np.zeros((4, 12, 12, 3), np.uint8), np.zeros(4))
    with pytest.raises(StopRequestedError):
        answers(loaded(Protocol("center")), split, 1, progress)


def test_progress_says_how_long_it_will_take(capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[str] = []
    progress = Progress(100, lines.append)
    progress.add(10)
    assert not lines  # sooner than a line is due
    progress.last -= 60
    progress.add(10)
    assert lines[0].startswith("20 of 100 pictures, ") and lines[0].endswith(" left")
