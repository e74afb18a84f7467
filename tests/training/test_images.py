"""Picture files: odd ones are read as a viewer shows them, broken ones named, plain ones by TensorFlow alike."""

import os

import numpy as np
import pytest

from archspec.api import SpecError
from tests.training.picture_files import ALPHA, BROKEN, COLOUR, GREY, ODD, saved
from training.images import decode
from training.images.check import BrokenFile, check, oddities
from training.images.decode import pixels
from training.images.header import Decoder


def nothing(line):
    """Takes what is said."""


def look(folder, name):
    return check(folder, [name], nothing)[0]


@pytest.mark.parametrize("name", ODD)
def test_odd_files_are_what_a_viewer_shows(name, tmp_path):
    data, shown, tolerance = ODD[name]
    (tmp_path / "odd").write_bytes(data)
    found = decode(tmp_path / "odd")
    assert found.dtype == np.uint8
    if shown is None:  # the palette's first colour alone gives way to white
        assert (found == 255).all(axis=2).any()
        return
    expected = shown if shown.ndim == 3 else shown[..., np.newaxis]
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).max() <= tolerance
    looked = look(tmp_path, "odd")
    assert (looked.header.height, looked.header.width) == found.shape[:2]
    assert looked.header.colour == (found.shape[2] == 3)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_named_with_their_reason(name, tmp_path):
    data, said = BROKEN[name]
    (tmp_path / "broken.jpg").write_bytes(data)
    if "sum" not in name:  # a check looks at these, who shows a picture does not
        with pytest.raises(SpecError, match="bad-data") as caught:
            decode(tmp_path / "broken.jpg")
        assert said in str(caught.value)
    found = look(tmp_path, "broken.jpg")
    assert isinstance(found, BrokenFile)
    assert said in str(found)


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    said = {name: look(tmp_path, name).reason for name in ("pipe.jpg", "folder.jpg", "missing.jpg", "a\0b")}
    assert said == {
        "pipe.jpg": "is no regular file",
        "folder.jpg": "is a folder",
        "missing.jpg": "cannot be read: No such file or directory",
        "a\0b": said["a\0b"],
    }
    assert "cannot be read: " in said["a\0b"]


def test_grey_and_colour_become_each_other():
    assert (pixels(saved(GREY, "PNG"), 3) == GREY[..., np.newaxis]).all()
    luma = COLOUR @ [0.299, 0.587, 0.114]  # ITU-R BT.601
    assert np.abs(pixels(saved(COLOUR, "PNG"), 1)[..., 0] - luma).max() <= 1
    assert pixels(saved(np.dstack([COLOUR, ALPHA]), "PNG"), 1).shape == (*GREY.shape, 1)


DECODERS = {
    "plain": Decoder.JPEG,
    "progressive": Decoder.JPEG,
    "grey jpeg": Decoder.JPEG,
    "text behind its end": Decoder.JPEG,
    "damaged exif data": Decoder.JPEG,
    "orientation 9, of no meaning": Decoder.JPEG,
    "png": Decoder.PNG,
    "grey png": Decoder.PNG,
    "one pixel": Decoder.PNG,
}


@pytest.mark.parametrize("name", ODD)
def test_plain_files_alone_go_to_tensorflow(name, tmp_path):
    (tmp_path / "odd").write_bytes(ODD[name][0])
    assert look(tmp_path, "odd").header.decoder == DECODERS.get(name, Decoder.PILLOW)


def test_what_is_done_to_odd_pictures_is_counted(tmp_path):
    names = ["orientation 3", "orientation 6", "transparent", "animated gif", "png of 16 bits", "cmyk", "mpo", "png"]
    for name in names:
        (tmp_path / name).write_bytes(ODD[name][0])
    assert sorted(oddities(check(tmp_path, names, nothing))) == [
        "1 picture is brought from 16 bits to 8",
        "1 picture is brought from CMYK to RGB without its colour profile",
        "1 picture is laid on white where it is transparent",
        "1 picture is read by its first frame or page",
        "2 pictures are turned upright, as EXIF data say",
    ]


def test_files_are_checked_in_their_order_and_by_their_bytes(tmp_path):
    names = [f"{number}.png" for number in range(300)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(saved(np.full((5, number + 1), 7, np.uint8), "PNG"))
    (tmp_path / "7.png").write_bytes(b"no more")
    found = check(tmp_path, names, nothing)
    assert [file.name for file in found] == names
    assert [file.name for file in found if isinstance(file, BrokenFile)] == ["7.png"]
    assert [found[n].header.width for n in (0, 100, 299)] == [1, 101, 300]
    assert len({file.digest for file in found if not isinstance(file, BrokenFile)}) == 299
