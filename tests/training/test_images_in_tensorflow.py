"""Picture files in a graph: TensorFlow's decoders and Pillow give the same pixels, whatever a file went through."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from archspec.api import SpecError
from tests.training.picture_files import COLOUR, GREY, LOSSLESS, NOISE, ODD, RGBA, jpeg, saved
from training.images.check import PictureFile, check
from training.images.decode import pixels
from training.images.files import FilePictures, changes_told, in_memory
from training.images.header import Decoder


def checked(folder: Path, files: dict[str, bytes]) -> list[PictureFile]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [file for file in check(folder, list(files), lambda line: None) if isinstance(file, PictureFile)]


SMOOTH = np.clip(np.add.outer(np.arange(90) * 2, np.arange(130))[..., np.newaxis] + NOISE[5, 5] // 4, 0, 255)
PLAIN = {
    f"{name} {kind}.jpg": jpeg(values.astype(np.uint8), **options)
    for name, values in (("noise", NOISE), ("smooth", SMOOTH), ("odd size", NOISE[:37, :51]), ("grey", GREY))
    for kind, options in (("baseline", {}), ("progressive", {"progressive": True}), ("rst", {"restart_marker_rows": 1}))
}
PLAIN["stored as rgb.jpg"] = saved(NOISE, "JPEG", keep_rgb=True)
PLAIN["arithmetic, by its word.jpg"] = jpeg(NOISE).replace(b"\xff\xc0", b"\xff\xc9", 1)
SUBSAMPLED = {
    f"{sampling} at {quality}.jpg": saved(NOISE[:, :61], "JPEG", subsampling=sampling, quality=quality)
    for sampling in ("4:2:2", "4:2:0", "4:4:4")
    for quality in (5, 50, 75, 100)
}
PNGS = {
    "rgb.png": saved(NOISE, "PNG"),
    "grey.png": saved(GREY, "PNG"),
    "interlaced in name only.png": saved(COLOUR, "PNG", optimize=True),
    "gamma.png": saved(COLOUR, "PNG", dpi=(72, 72), icc_profile=b"no profile"),
}


def test_both_decoders_give_the_same_pixels_of_plain_files(tmp_path: Path) -> None:
    files = checked(tmp_path, {**PLAIN, **SUBSAMPLED, **PNGS})
    assert {file.header.decoder for file in files} == {Decoder.JPEG, Decoder.PNG}
    assert len(files) == len(PLAIN) + len(SUBSAMPLED) + len(PNGS)
    pictures = FilePictures(tmp_path, tuple(files), (None, None, 3))
    for row, file in enumerate(files):
        [found] = pictures.read(tf.constant([row])).numpy()
        np.testing.assert_array_equal(found, pixels((tmp_path / file.name).read_bytes(), 3), file.name)


def damaged(random: np.random.Generator) -> bytes:
    """A plain file with a few of its bytes changed, cut off or added."""
    sound = [*PLAIN.values(), *SUBSAMPLED.values(), *PNGS.values()]
    data = bytearray(sound[random.integers(len(sound))])
    match random.integers(4):
        case 0:
            data[random.integers(len(data))] = random.integers(256)
        case 1:
            del data[len(data) - random.integers(1, 20) :]
        case 2:
            start = random.integers(len(data))
            data[start : start + 9] = bytes(9)
        case 3:
            data += bytes(random.integers(0, 256, 9, np.uint8))
    return bytes(data)


def test_whatever_is_given_to_tensorflow_it_reads_as_pillow_does(tmp_path: Path) -> None:
    """A file that passed the check must not end a training hours later."""
    random = np.random.default_rng(0)
    files = checked(tmp_path, {str(number): damaged(random) for number in range(400)})
    plain = [file for file in files if file.header.decoder != Decoder.PILLOW]
    assert 100 < len(plain) < 300
    pictures = FilePictures(tmp_path, tuple(plain), (None, None, 3))
    for row, file in enumerate(plain):
        [found] = pictures.read(tf.constant([row])).numpy()
        np.testing.assert_array_equal(found, pixels((tmp_path / file.name).read_bytes(), 3))


def test_jpegs_that_lack_their_end_are_left_to_pillow(tmp_path: Path) -> None:
    """It reads those of which all pixels are there; TensorFlow reads none of them."""
    random = np.random.default_rng(0)
    some = [random.integers(0, 256, (*random.integers(8, 50, 2), 3), np.uint8) for _ in range(100)]
    files = checked(tmp_path, {str(number): saved(values, "JPEG")[:-2] for number, values in enumerate(some)})
    assert files
    assert {file.header.decoder for file in files} == {Decoder.PILLOW}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_graph_reads_odd_and_plain_files_side_by_side(tmp_path: Path) -> None:
    files = checked(tmp_path, {name: data for name, (data, _, _) in ODD.items()})
    pictures = FilePictures(tmp_path, tuple(files), (None, None, 3))
    dataset = tf.data.Dataset.range(len(files)).map(lambda row: pictures.read(row[tf.newaxis]), tf.data.AUTOTUNE)
    assert dataset.element_spec == tf.TensorSpec((1, None, None, 3), tf.uint8)
    for row, (file, [found]) in enumerate(zip(files, dataset.as_numpy_iterator(), strict=True)):
        np.testing.assert_array_equal(found, pixels((tmp_path / file.name).read_bytes(), 3), file.name)
        np.testing.assert_array_equal(found, pictures.read(tf.constant([row]))[0], f"{file.name}, without a graph")


def test_pictures_of_one_size_are_read_by_batches(tmp_path: Path) -> None:
    kinds = {"a.jpg": jpeg(), "b.png": saved(COLOUR, "PNG"), "c.webp": saved(RGBA, "WEBP", **LOSSLESS["WEBP"])}
    files = checked(tmp_path, {**kinds, "d.png": saved(GREY, "PNG")})
    pictures = FilePictures(tmp_path, tuple(files), (*GREY.shape, 3))
    rows = tf.data.Dataset.range(4).batch(3).map(pictures.read)
    found = np.concatenate([*rows.as_numpy_iterator()])
    assert found.shape == (4, *GREY.shape, 3)
    np.testing.assert_array_equal(found, in_memory(pictures))
    np.testing.assert_array_equal(found[3], np.repeat(GREY[..., np.newaxis], 3, axis=2))


CHANGES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "removed": ("a.jpg", Path.unlink, "a.jpg; No such file"),
    "cut": ("a.jpg", lambda path: path.write_bytes(jpeg()[:300]), "Invalid JPEG"),
    "another": ("b.webp", lambda path: path.write_bytes(b"text"), "is no picture of a format that is known"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_files_that_change_during_a_training_are_told(tmp_path: Path, name: str) -> None:
    files = checked(tmp_path, {"a.jpg": jpeg(), "b.webp": saved(COLOUR, "WEBP")})
    pictures = FilePictures(tmp_path, tuple(files), (None, None, 3))
    file, change, said = CHANGES[name]
    change(tmp_path / file)
    with pytest.raises(SpecError, match="changed or removed since it was looked at") as caught, changes_told():
        list(tf.data.Dataset.range(2).map(lambda row: pictures.read(row[tf.newaxis])))
    assert said in str(caught.value)
    assert "\n" not in caught.value.diagnostics[0].message


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError), changes_told():
        tf.reshape(tf.zeros(3), [2])


def test_a_fingerprint_is_of_names_and_contents(tmp_path: Path) -> None:
    def fingerprint(files: dict[str, bytes], folder: str) -> str:
        (tmp_path / folder).mkdir()
        return FilePictures(tmp_path / folder, tuple(checked(tmp_path / folder, files)), (None, None, 3)).fingerprint()

    first = fingerprint({"a": jpeg(), "b": jpeg(NOISE)}, "first")
    assert fingerprint({"a": jpeg(), "b": jpeg(NOISE)}, "elsewhere") == first
    assert fingerprint({"a": jpeg(NOISE), "b": jpeg()}, "exchanged") != first
    assert fingerprint({"a": jpeg(), "c": jpeg(NOISE)}, "renamed") != first
