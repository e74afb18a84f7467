"""Sets of TensorFlow Datasets, prepared to disk and read again; what is not there is said without a network."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

import training
from archspec import SpecError
from tests.training.tfds_sets import picture, prepare
from training import datasets
from training.datasets import Options, Stream, prepared_set
from training.datasets.encoded import EncodedPictures
from training.pipeline import plain

TINY = """
archspec: 1
name: tiny
input: [6, 5, 3]
layers:
  - fc: {name: output, units: 3, activation: softmax}
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small sets, as TFDS leaves them."""
    import tensorflow_datasets as tfds

    folder = tmp_path_factory.mktemp("tfds")
    text, image = tfds.features.Text(), tfds.features.Image(shape=(6, 5, 3), encoding_format="png")
    prepare(folder, "plain", {"train": 30, "test": 9}, names=["cat", "dog", "owl"])
    prepare(folder, "odd", {"train": 30}, shape=(None, None, 3), keys=("photo", "species"))
    prepare(folder, "like_imagenet", {"train": 9, "validation": 6, "test": 5}, unlabelled=("test",))
    prepare(folder, "in_order", {"train": 9}, mixed=False)
    prepare(folder, "texts", {"train": 3}, features={"number": text})
    prepare(folder, "two_pictures", {"train": 3}, features={"image": image, "number": text})
    prepare(folder, "untrained", {"test": 3})
    return folder


def read(folder: Path, name: str, options: Options = datasets.AS_USUAL) -> datasets.Dataset:
    return datasets.read(f"tfds:{name}@{folder}", options)


def pixels(split: datasets.Split) -> dict[bytes, int]:
    """The pictures of a split, in its own order, and their labels."""
    return {x.numpy()[0].astype(np.uint8).tobytes(): int(y[0]) for x, y in plain(split, lambda x: x, 1)}


def written(first: int, count: int, *, odd: bool = False) -> dict[bytes, int]:
    """The same, of what was prepared."""
    sizes = [(4 + n % 3, 4 + n % 3) if odd else (6, 5) for n in range(first, first + count)]
    return {picture(n, *size).tobytes(): n % 3 for n, size in zip(range(first, first + count), sizes, strict=True)}


def test_small_sets_are_read_as_they_were_prepared(prepared: Path) -> None:
    data = read(prepared, "plain")
    assert pixels(data.train) == written(0, 30) and pixels(data.test) == written(1000, 9)
    assert (data.name, data.classes, data.class_names) == ("plain", 3, ("cat", "dog", "owl"))
    assert data.image_shape == (6, 5, 3) and data.train.pictures.array.dtype == np.uint8
    assert data.words == f"tfds:plain:1.2.3@{prepared.resolve()}"
    again = datasets.read(data.words)
    assert again.train.fingerprint() == data.train.fingerprint() != data.test.fingerprint()


def test_pictures_of_different_sizes_stay_encoded_and_a_share_of_each_class_is_tested(prepared: Path) -> None:
    data = read(prepared, "odd")
    assert isinstance(data.train.pictures, EncodedPictures) and data.image_shape == (None, None, 3)
    assert {**pixels(data.train), **pixels(data.test)} == written(0, 30, odd=True)
    assert np.bincount(data.test.labels).tolist() == [2, 2, 2] and np.bincount(data.train.labels).tolist() == [8, 8, 8]
    assert data.class_names == () and data.notes[0].startswith("6 of 30 pictures (20%) are the test set")
    assert read(prepared, "odd").test.fingerprint() == data.test.fingerprint()


def test_encoded_pictures_of_one_size_are_read_in_batches(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_set, "HELD", 0)
    data = read(prepared, "plain")
    assert isinstance(data.train.pictures, EncodedPictures)
    batch = data.train.pictures.read(np.arange(30)).numpy()
    assert {one.tobytes() for one in batch} == set(written(0, 30))


def test_large_sets_are_streams(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_set, "IN_MEMORY", 0)
    data = read(prepared, "plain")
    assert isinstance(data.train.pictures, Stream) and len(data.train) == 30 and len(data.test) == 9
    assert pixels(data.train) == written(0, 30) and pixels(data.test) == written(1000, 9)
    setup = training.setup(TINY, data, "small", changes={"batch_size": 10, "epochs": 2, "min_steps": 0})
    labels = np.concatenate([y for _, y in setup.training_batches])
    assert np.bincount(labels).tolist() == [20, 20, 20]


def test_a_stream_without_a_test_set_is_cut(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_set, "IN_MEMORY", 0)
    data = read(prepared, "odd", Options(test_share=0.1))
    assert (len(data.train), len(data.test)) == (27, 3)
    assert {**pixels(data.train), **pixels(data.test)} == written(0, 30, odd=True)
    assert data.notes == ("the last 3 of 30 pictures are the test set",)
    assert read(prepared, "odd", Options(test_share=0)).test is None
    in_order = read(prepared, "in_order")
    assert in_order.test is None and in_order.notes == ("there is no test set: its pictures are not mixed",)


def test_a_test_set_without_labels_is_passed_over(prepared: Path) -> None:
    data = read(prepared, "like_imagenet")
    assert pixels(data.test) == written(1000, 6)
    assert data.notes == ("the test set is TFDS's split 'validation'",)


REFUSED = {
    "imagenet2012": 'python -c \'import tensorflow_datasets as tfds; tfds.builder("imagenet2012", data_dir=',
    "imagenet2012:5.1.0": "the TFDS set 'imagenet2012:5.1.0' is not prepared in",
    "cifar_10": "TFDS knows no set 'cifar_10', and none is prepared in",
    "plain:9.9.9": "TFDS knows no set 'plain'",
    "no/such/set": "",
    "namespace:set": "",
    "texts": "the rows of the TFDS set 'texts' are no pictures with classes",
    "two_pictures": "expected one 8-bit image and one class label (found: image, number)",
    "untrained": "has no split 'train'",
    "": "'tfds' does not say which set",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said_at_once(prepared: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking the network for anything."""
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words: asked.append(words))
    with pytest.raises(SpecError) as caught:
        read(prepared, name)
    assert REFUSED[name] in str(caught.value) and not asked


def damage(folder: Path, name: str, content: bytes | None) -> None:
    [path] = folder.glob(name)
    path.write_bytes(path.read_bytes()[:-20] if content is None else content)


DAMAGES = [
    ("dataset_info.json", b"{"),
    ("features.json", b"[]"),
    ("features.json", b""),
    ("plain-train*", None),
    ("plain-train*", b""),
    ("plain-train*", b"no records"),
]


@pytest.mark.parametrize(("name", "content"), DAMAGES)
def test_damaged_sets_are_refused_in_a_sentence(
    prepared: Path, name: str, content: bytes | None, tmp_path: Path
) -> None:
    shutil.copytree(prepared / "plain", tmp_path / "plain")
    damage(tmp_path / "plain" / "1.2.3", name, content)
    with pytest.raises(SpecError, match="the TFDS set 'plain'"):
        read(tmp_path, "plain")


def test_rows_of_imagenet_as_tfds_makes_them_up(tmp_path: Path) -> None:
    """Its real features and 1,000 names; without splits at first, as what TFDS knows of a set not prepared."""
    import tensorflow_datasets as tfds

    builder = tfds.builder("imagenet2012", data_dir=tmp_path)
    (tmp_path / "imagenet2012" / "5.1.0").mkdir(parents=True)
    builder.info.write_to_directory(tmp_path / "imagenet2012" / "5.1.0")
    with tfds.testing.mock_data(num_examples=4, data_dir=str(tmp_path)):
        with pytest.raises(SpecError, match="has no split 'train'"):
            datasets.read("tfds:imagenet2012")
        path = tmp_path / "imagenet2012" / "5.1.0" / "dataset_info.json"
        said = json.loads(path.read_text())
        said["splits"] = [
            {"name": name, "shardLengths": ["4"], "numBytes": str(2**37), "filepathTemplate": "{DATASET}-{SPLIT}"}
            for name in ("train", "validation")
        ]
        path.write_text(json.dumps(said))
        data = datasets.read("tfds:imagenet2012")
        assert data.classes == 1000 and data.class_names[0] == "n01440764" and data.image_shape == (None, None, 3)
        rows = list(data.train.pictures.dataset())
        assert len(rows) == len(data.train) == 4
        assert all(x.dtype == np.uint8 and x.shape[2] == 3 and 0 <= y < 1000 for x, y in rows)
        setup = training.setup(TINY.replace("units: 3", "units: 1000"), data, "resnet", changes={"batch_size": 2})
        images, labels = next(iter(setup.training_batches))
        assert images.shape == (2, 6, 5, 3) and labels.shape == (2,)
