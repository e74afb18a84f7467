"""NumPy archives: what is read from them, how the test set is chosen, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from archspec import SpecError
from archspec.cli import main
from training import datasets
from training.datasets import Options

DRAWN = np.random.default_rng(0)
IMAGES = DRAWN.integers(0, 256, (50, 6, 5, 3), np.uint8)
LABELS = np.arange(50) % 5


def read(folder: Path, **arrays: Any) -> datasets.Dataset:
    np.savez(folder / "mine.npz", **arrays)
    return datasets.read(f"npz:{folder / 'mine.npz'}")


@pytest.mark.parametrize(
    "names", ["train_images train_labels test_images test_labels", "x_train y_train x_test y_test"]
)
def test_a_set_in_two_parts(tmp_path: Path, names: str) -> None:
    values = (IMAGES[:40], LABELS[:40, np.newaxis], IMAGES[40:], LABELS[40:].astype(np.uint8))
    data = read(tmp_path, **dict(zip(names.split(), values, strict=True)))
    assert data.name == "mine" and data.classes == 5 and not data.planes and data.notes == ()
    assert np.array_equal(data.train.pictures.array, IMAGES[:40]) and np.array_equal(data.train.labels, LABELS[:40])
    assert np.array_equal(data.test.pictures.array, IMAGES[40:]) and np.array_equal(data.test.labels, LABELS[40:])
    assert data.words == f"npz:{tmp_path.resolve() / 'mine.npz'}"


def test_a_set_in_one_part_gives_a_share_of_every_class(tmp_path: Path) -> None:
    data = read(tmp_path, images=IMAGES, labels=LABELS, class_names=list("abcde"))
    assert np.bincount(data.train.labels).tolist() == [8] * 5 and np.bincount(data.test.labels).tolist() == [2] * 5
    both = np.concatenate([data.train.pictures.array, data.test.pictures.array])
    assert {picture.tobytes() for picture in both} == {picture.tobytes() for picture in IMAGES}
    label_of = {picture.tobytes(): label for picture, label in zip(IMAGES, LABELS, strict=True)}
    assert [label_of[picture.tobytes()] for picture in data.test.pictures.array] == data.test.labels.tolist()
    assert data.notes == ("10 of 50 pictures (20%) are the test set, of every class, by their values",)
    assert data.class_names == tuple("abcde")


def test_the_same_pictures_are_tested_whatever_stands_beside_them(tmp_path: Path) -> None:
    """Their order is nothing to it, and a new picture moves at most one other of its class."""
    first = read(tmp_path, images=IMAGES, labels=LABELS)
    turned = read(tmp_path, images=IMAGES[::-1], labels=LABELS[::-1])
    more = read(tmp_path, images=np.concatenate([IMAGES, IMAGES[:1] ^ 1]), labels=np.append(LABELS, 0))
    chosen, again, grown = ({p.tobytes() for p in data.test.pictures.array} for data in (first, turned, more))
    assert chosen == again and len(chosen - grown) <= 1


def test_the_share_is_asked_for_and_single_pictures_stay_in_training(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", images=IMAGES[:11], labels=[0] * 10 + [1])
    half = datasets.read(f"npz:{tmp_path}/mine.npz", Options(test_share=0.5))
    assert half.test.labels.tolist() == [0] * 5 and sorted(half.train.labels) == [0] * 5 + [1]
    assert datasets.read(f"npz:{tmp_path}/mine.npz", Options(test_share=0)).test is None


def test_grey_pictures_and_other_whole_numbers(tmp_path: Path) -> None:
    data = read(tmp_path, images=IMAGES[..., 0].astype(np.int64), labels=LABELS)
    assert data.image_shape == (6, 5, 1) and data.train.pictures.array.dtype == np.uint8


PLANES = [(np.float32, 2.5), (np.float64, -1.0), (np.float16, 0.5), (np.uint8, 3), (bool, 1)]


@pytest.mark.parametrize(("kind", "value"), PLANES)
def test_planes_keep_their_values_and_moves_are_points_of_the_board(tmp_path: Path, kind: Any, value: Any) -> None:
    planes = np.zeros((10, 9, 9, 4), kind)
    planes[:, 2, 3, 1] = value
    data = read(tmp_path, planes=planes, moves=np.arange(10) // 2 * 20)
    assert data.planes and data.classes == 81 and data.image_shape == (9, 9, 4)
    assert data.train.pictures.array.dtype == (np.uint8 if kind in (bool, np.uint8) else np.float32)
    assert np.all(data.train.pictures.array[:, 2, 3, 1] == value) and data.train.labels.tolist() == [0, 20, 40, 60, 80]
    low, high = min(0, value), max(0, value)
    assert data.notes[0].startswith(f"planes of {low:g} to {float(high):g} enter as they are")


def test_pictures_of_floats_are_planes(tmp_path: Path) -> None:
    assert read(tmp_path, images=IMAGES / 255, labels=LABELS).planes


REFUSED = {
    "no pictures": ({"a": LABELS}, "has no arrays of pictures and labels (it has a)"),
    "no labels": ({"x_train": IMAGES}, "has no array 'y_train'"),
    "half a test set": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES},
        "has no array 'y_test'",
    ),
    "fewer labels": ({"images": IMAGES, "labels": LABELS[:9]}, "has 9 'labels' for 50 'images'"),
    "objects": (
        {"images": np.array([IMAGES, None], object), "labels": LABELS},
        "holds Python objects, which could run code",
    ),
    "objects for labels": ({"images": IMAGES, "labels": LABELS.astype(object)}, "'labels' of"),
    "flat pictures": ({"images": IMAGES.reshape(50, -1), "labels": LABELS}, "has 'images' of shape (50x90)"),
    "videos": ({"images": IMAGES[:, None], "labels": LABELS}, "has 'images' of shape (50x1x6x5x3)"),
    "no picture": ({"images": IMAGES[:0], "labels": LABELS[:0]}, "has 'images' of shape (0x6x5x3)"),
    "no width": ({"images": IMAGES[:, :, :0], "labels": LABELS}, "has 'images' of shape (50x6x0x3)"),
    "16 bits": ({"images": IMAGES.astype(np.uint16) * 257, "labels": LABELS}, "has 'images' of 0 to 65535"),
    "texts": ({"images": np.full((2, 2, 2), "x"), "labels": [0, 1]}, "has 'images' of type <U1"),
    "complex": ({"images": IMAGES * 1j, "labels": LABELS}, "has 'images' of type complex128"),
    "NaN": ({"images": np.where(IMAGES > 9, IMAGES, np.nan), "labels": LABELS}, "'images' that are not finite"),
    "infinite": ({"images": np.full((2, 2, 2), -np.inf), "labels": [0, 1]}, "'images' that are not finite"),
    "beyond float32": ({"images": np.full((2, 2, 2), 1e300), "labels": [0, 1]}, "'images' that are not finite"),
    "rows of classes": (
        {"images": IMAGES, "labels": np.eye(5)[LABELS]},
        "one for each picture; of rows of classes take `labels.argmax(1)`",
    ),
    "labels of floats": ({"images": IMAGES, "labels": LABELS / 1}, "has 'labels' of type float64"),
    "negative labels": ({"images": IMAGES, "labels": LABELS - 1}, "has a label -1 in 'labels'"),
    "huge labels": ({"images": IMAGES, "labels": LABELS + 10**12}, "has a label 1000000000004 in 'labels'"),
    "unsigned beyond": ({"images": IMAGES, "labels": np.full(50, 2**64 - 1, np.uint64)}, "label 18446744073709551615"),
    "too few names": (
        {"images": IMAGES, "labels": LABELS, "class_names": ["a", "b"]},
        "has 2 'class_names' of type <U1 for labels up to 4",
    ),
    "numbers for names": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.arange(5)},
        "has 5 'class_names' of type int64",
    ),
    "a move beside the board": (
        {"planes": IMAGES, "moves": [30] * 50},
        "has a move 30\n  expected points of",
    ),
    "other test pictures": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:, 1:], "y_test": LABELS},
        "has training pictures of 6x5x3 and test pictures of 5x5x3",
    ),
}


@pytest.mark.parametrize(("arrays", "message"), REFUSED.values(), ids=REFUSED)
def test_arrays_that_are_no_such_set_are_refused(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(tmp_path, **arrays)
    assert message in str(caught.value) and "mine.npz" in str(caught.value)


def npy(array: npt.NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def claiming(shape: str) -> bytes:
    """The head of an array of a shape, and no values."""
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head


def member(content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("images.npy", content)
        archive.writestr("labels.npy", npy(LABELS))
    return file.getvalue()


GOOD = member(npy(IMAGES))
FILES = {
    "no archive": (npy(IMAGES), "is damaged, or no archive"),
    "a pickle": (b"\x80\x04\x95\x0b.", "is damaged, or no archive"),
    "nothing": (b"", "is damaged, or no archive"),
    "cut off": (GOOD[:-30], "is damaged, or no archive"),
    "a bit turned": (GOOD[:900] + bytes([GOOD[900] ^ 1]) + GOOD[901:], "is damaged, or no archive (Bad CRC"),
    "a text": (member(b"no array at all"), "'images' of"),
    "petabytes": (member(claiming("(1000000, 1000000, 1000)")), "claims 1,000,000 x 1,000,000 x 1,000 values of uint8"),
    "more than a word holds": (member(claiming(f"({2**40}, {2**40}, 16)")), "values of uint8"),
    "a negative size": (member(claiming("(-1, 6, 5)")), "claims -1 x 6 x 5 values"),
    "a head that is no tuple": (member(claiming("__import__('os')")), "'images' of"),
    "bytes behind the values": (member(npy(IMAGES) + b"x"), "what fits in its 4,501 bytes"),
    "fewer values": (member(npy(IMAGES)[:-1]), "what fits in its 4,499 bytes"),
    "other compression": (member(npy(IMAGES), zipfile.ZIP_LZMA), "compressed as NumPy does not do it"),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES)
def test_damaged_and_hostile_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        datasets.read(f"npz:{path}")
    assert message in str(caught.value) and "expected" in str(caught.value)


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    """Zeros, deflated; its values are never read."""
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("images.npy", "w", force_zip64=True) as file:
            file.write(claiming(f"({2**30}, 1, 1)"))
            for _ in range(260):
                file.write(bytes(2**20))
        archive.writestr("labels.npy", npy(LABELS))
    with pytest.raises(SpecError, match=r"claims 272,629,888 bytes in .* compressed ones"):
        datasets.read(f"npz:{path}")


@pytest.mark.parametrize(
    ("words", "message"),
    [("npz", "'npz' does not say which file"), ("npz:no.npz", "there is no file"), ("npz:.", "there is no file")],
)
def test_a_file_that_is_not_there(words: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        datasets.read(words)


def board(folder: Path) -> Path:
    """Positions whose plane 3 has a stone where the move is."""
    moves = DRAWN.integers(0, 361, 40)
    planes = np.zeros((40, 361, 48), np.float32)
    planes[np.arange(40), moves, 3] = 1
    np.savez_compressed(folder / "go.npz", planes=planes.reshape(40, 19, 19, 48), moves=moves)
    return folder / "go.npz"


def test_the_policy_recipe_trains_on_planes_and_moves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--set",
        "vars.k=4",
        "--set",
        "recipe.steps=3",
        "--set",
        "recipe.batch_size=8",
        "-o",
        str(tmp_path / "run"),
    ]
    assert main(["train", "alphago_policy", "--data", f"npz:{board(tmp_path)}", *words]) == 0
    assert "test accuracy: " in capsys.readouterr().out
    [epoch] = json.loads((tmp_path / "run" / "history.json").read_text())["epochs"]
    assert 0 < epoch["loss"] < 10  # ln 361 = 5.9 is chance


def test_moves_turn_with_their_planes_and_values_stay(tmp_path: Path) -> None:
    import training

    found = training.setup("alphago_policy", f"npz:{board(tmp_path)}", changes={"steps": 6, "batch_size": 8})
    seen = 0
    for images, moves in found.training_batches:
        stones = images.numpy()[..., 3].reshape(len(images), -1)
        assert np.array_equal(stones.argmax(1), moves) and np.array_equal(stones.max(1), np.ones(len(images)))
        seen += int(images.numpy().sum())
    assert seen == 8 * 4 + 8 + 5


def test_planes_enter_as_they_are_where_nobody_says_how(tmp_path: Path) -> None:
    """Without it they would be taken for pictures and divided by 255."""
    from training import request

    asked = [
        request.make("alphago_policy", f"npz:{board(tmp_path)}", "small", settings(words), say=lambda line: None)
        for words in ([], ["recipe.preprocessing={scale: 2}"], ["recipe.preprocessing={crop: 19}"])
    ]
    said = [found.recipe.preprocessing for found in asked]
    assert said == [{"scale": 1}, {"scale": 2}, {"crop": 19, "scale": 1}]


def settings(words: list[str]) -> Any:
    from archspec import api

    return api.settings(words)
