"""`folder:DIR`: what is taken, what is left out and told, how it is split, and what is refused."""

import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from archspec.api import SpecError
from tests.training.picture_files import COLOUR, GREY, NOISE, jpeg, saved
from training import datasets
from training.datasets.base import ArrayPictures
from training.images.files import FilePictures


def picture(number: int, width: int = 6) -> bytes:
    return saved(np.full((4, width), number % 256, np.uint8), "PNG")


def fill(root: Path, **counts: int) -> Path:
    """Folders of classes (`_` for `/`) with that many pictures each, no two alike."""
    number = 0
    for name, count in counts.items():
        folder = root / name.replace("_", "/")
        folder.mkdir(parents=True)
        for row in range(count):
            number += 1
            (folder / f"{row}.png").write_bytes(picture(number))
    return root


def read(root: Path, **options: object) -> datasets.Dataset:
    return datasets.read(f"folder:{root}", datasets.Options(**options))  # type: ignore[arg-type]


def values(split: datasets.Split | None) -> list[int]:
    """The one grey of each picture of `fill`, in their order."""
    assert split
    pictures = split.pictures
    assert isinstance(pictures, ArrayPictures)
    return [int(value) for value in pictures.array[:, 0, 0, 0]]


def labels(split: datasets.Split | None) -> list[int]:
    assert split
    assert split.labels is not None
    return [int(label) for label in split.labels]


def test_a_folder_is_a_class_in_the_order_of_names(tmp_path: Path) -> None:
    data = read(fill(tmp_path / "pets", dog=5, cat=10, ant=5))
    assert (data.name, data.classes, data.class_names) == ("pets", 3, ("ant", "cat", "dog"))
    assert data.image_shape == (4, 6, 1)
    assert (labels(data.train), labels(data.test)) == ([0] * 4 + [1] * 8 + [2] * 4, [0] + [1] * 2 + [2])
    assert sorted(values(data.train) + values(data.test)) == list(range(1, 21))
    assert data.notes == ("4 of 20 pictures (20%) are the test set, of every class, by their names",)


@pytest.mark.parametrize("uneven", [False, True])
def test_pictures_know_their_files(tmp_path: Path, uneven: bool) -> None:
    root = fill(tmp_path / "pets", dog=5, cat_in=10)
    if uneven:
        (root / "dog" / "0.png").write_bytes(picture(99, width=9))
    data = read(root)
    for split in (data.train, data.test):
        assert split and len(split.files) == len(split)
        for row, file in enumerate(split.files):
            content = np.asarray(Image.open(root / file))[..., np.newaxis]
            assert np.array_equal(split.pictures.read(tf.constant([row]))[0], content)  # type: ignore[union-attr]


def test_the_test_set_follows_from_the_names_of_files_alone(tmp_path: Path) -> None:
    first = read(fill(tmp_path / "first", a=20, b=20))
    moved = read(fill(tmp_path / "moved", b=20, a=20))  # other contents under the same names
    assert values(moved.test) == [value + 20 if value <= 20 else value - 20 for value in values(first.test)]
    (tmp_path / "first" / "a" / "0x.png").write_bytes(picture(99))
    assert len({*values(read(tmp_path / "first").test)} - {*values(first.test)}) <= 1


@pytest.mark.parametrize(("share", "count"), [(0.0, None), (0.01, 2), (0.5, 10), (0.99, 18)])
def test_every_class_is_in_both_sets(tmp_path: Path, share: float, count: int | None) -> None:
    data = read(fill(tmp_path / "set", a=10, b=10), test_share=share)
    assert (None if data.test is None else len(data.test)) == count
    assert len(data.train) == 20 - (count or 0)


@pytest.mark.parametrize("name", ["test", "validation", "val"])
def test_a_split_of_its_own_is_taken(tmp_path: Path, name: str) -> None:
    counts = {"train_a": 3, "train_b": 2, f"{name}_a": 1, f"{name}_b": 1}
    data = read(fill(tmp_path / "set", **counts))
    assert (values(data.train), values(data.test), data.class_names) == ([1, 2, 3, 4, 5], [6, 7], ("a", "b"))
    assert data.notes == ()


def test_a_test_set_without_labels_gives_way_to_the_validation_set(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", train_a=2, train_b=2, val_a=1, val_b=1, test=4)
    data = read(root)
    assert values(data.test) == [5, 6]
    assert data.notes == (f"'{root / 'test'}' is not used",)


def test_classes_may_be_called_train_and_hold_folders(tmp_path: Path) -> None:
    root = fill(tmp_path / "vehicles", train_steam=2, train_electric=2, bus=2)
    data = read(root, test_share=0.0)
    assert (data.class_names, labels(data.train)) == (("bus", "train"), [0, 0, 1, 1, 1, 1])


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", a=3, b=3)
    for name in ("a/.hidden.png", "a/Thumbs.db", "b/notes.txt", "b/more.txt", "loose.png", "README", ".DS_Store"):
        (root / name).write_bytes(b"nothing")
    (root / ".cache").mkdir()
    (root / "__MACOSX").mkdir()
    (tmp_path / "secret.png").write_bytes(picture(200))
    (root / "a" / "out.png").symlink_to(tmp_path / "secret.png")
    (root / "a" / "nowhere.png").symlink_to("nothing.png")
    (root / "a" / "round.png").symlink_to("round.png")
    (root / "c").symlink_to(tmp_path, target_is_directory=True)
    (root / "b" / "inside.png").symlink_to("0.png")
    data = read(root, test_share=0.0)
    assert data.class_names == ("a", "b")
    assert values(data.train) == [1, 2, 3, 4, 5, 6, 4]
    assert data.notes == (
        "left out, because they are no pictures by their names: 4 files (2 .txt, 1 without an ending, 1 .db)",
        "not followed, because they lead out or to a folder: 4 symbolic links",
        "left out, because they lie beside the folders of classes: 1 pictures",
    )


def test_broken_files_are_left_out_and_told_or_refused(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", a=4, b=4)
    (root / "a" / "text.jpg").write_bytes(b"no picture")
    (root / "b" / "cut.jpg").write_bytes(jpeg(NOISE)[:900])
    data = read(root)
    assert len(data.train) + len(values(data.test)) == 8
    said = "'a/text.jpg' is no picture of a format that is known; 'b/cut.jpg' is cut short"
    assert data.notes[1] == f"left out, because they give no picture: 2 of 10 files: {said}"
    with pytest.raises(SpecError) as caught:
        read(root, strict=True)
    assert f"2 of 10 files of '{root}' give no picture: {said}" in str(caught.value)


def test_pictures_of_several_sizes_stay_in_their_files(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", a=2, b=2)
    (root / "b" / "wide.png").write_bytes(picture(9, width=7))
    data = read(root, test_share=0.0)
    assert data.image_shape == (None, None, 1)
    assert isinstance(data.train.pictures, FilePictures)
    (root / "b" / "colour.jpg").write_bytes(jpeg())
    assert read(root, test_share=0.0).image_shape == (None, None, 3)


def test_one_shape_goes_for_both_sets(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", train_a=1, train_b=1, test_a=1, test_b=1)
    (root / "test" / "b" / "0.png").write_bytes(saved(COLOUR, "PNG"))
    data = read(root)
    assert data.test
    assert data.train.pictures.shape == data.test.pictures.shape == (None, None, 3)


def test_large_sets_stay_in_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = fill(tmp_path / "set", a=2, b=2)
    held = read(root)
    monkeypatch.setattr("training.datasets.picture_files.HELD", 4 * 24 - 1)
    filed = read(root)
    assert (type(held.train.pictures), type(filed.train.pictures)) == (ArrayPictures, FilePictures)
    assert held.image_shape == filed.image_shape == (4, 6, 1)
    sets = [each.train.pictures for each in (filed, held)]
    np.testing.assert_array_equal(*(pictures.read(np.array([1])).numpy() for pictures in sets))  # type: ignore[union-attr]


def test_data_are_told_from_others_by_names_and_contents(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", a=3, b=3)
    (root / "b" / "wide.png").write_bytes(picture(9, width=7))
    before = read(root).train.fingerprint()
    assert read(root).train.fingerprint() == before
    for path in (root / "a").iterdir():
        path.write_bytes(saved(GREY, "PNG"))
    assert read(root).train.fingerprint() != before


REFUSED = {
    "": "'folder' does not say where the files are",
    "missing": "there is no folder",
    "file": "there is no folder",
    "empty": "empty' has no folder of a class",
    "flat": "flat' has no folder of a class; left out, because they lie beside the folders of classes: 2 pictures",
    "one": "one' has only one class, 'a'",
    "only_train": "--data folder:",
    "without": "the class 'b' of '",
    "others": "without' has no picture; left out, because they are no pictures by their names: 1 files (1 .txt)",
    "broken": "the class 'b' of '",
    "single": "the class 'b' of '",
    "less": "test' has not the class 'b', which '",
    "more": "train' has not the class 'c', which '",
    "both": "has 'train' and 'test' and beside them 'a'",
    "bytes": "has a name that is no UTF-8",
    "linked": "has only one class, 'a'; not followed, because they lead out or to a folder: 1 symbolic links",
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("refused")
    (root / "file").write_bytes(b"")
    (root / "empty").mkdir()
    fill(root, flat=2)
    fill(root / "one", a=2)
    fill(root / "only_train", train_a=2, train_b=2)
    fill(root / "without", a=2, b=0)
    (root / "others").symlink_to("without")
    (root / "without" / "b" / "list.txt").write_bytes(b"")
    fill(root / "broken", a=2, b=0)
    (root / "broken" / "b" / "0.jpg").write_bytes(b"no picture")
    fill(root / "single", a=2, b=1)
    fill(root / "less", train_a=1, train_b=1, test_a=1, test_d=0)
    (root / "less" / "test" / "d").rmdir()
    fill(root / "less" / "test", z=1)
    fill(root / "more", train_a=1, train_b=1, test_a=1, test_b=1, test_c=1)
    fill(root / "both", train_a=1, train_b=1, test_a=1, test_b=1, a=1)
    fill(root / "bytes", a=1)
    Path(os.fsdecode(os.fsencode(root / "bytes") + b"/\xff\xfe")).mkdir()
    fill(root / "linked", a=1)
    (root / "linked" / "b").symlink_to("a", target_is_directory=True)
    return root


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_set_of_classes_is_refused(refused: Path, name: str) -> None:
    with pytest.raises(SpecError) as caught:
        datasets.read(f"folder:{refused / name if name else ''}")
    assert REFUSED[name] in str(caught.value)


def test_a_file_whose_name_is_no_text_is_left_out(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", a=2, b=2)
    Path(os.fsdecode(os.fsencode(root) + b"/a/\xff.png")).write_bytes(picture(1))
    assert "'a/\\udcff.png' has a name that is no UTF-8" in read(root).notes[-1]
