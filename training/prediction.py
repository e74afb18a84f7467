"""Picture files -> what a network says of each: read, decoded and fitted in threads, answered in batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from archspec import api
from training import fitting
from training.evaluation.members import Member
from training.evaluation.results import names
from training.images.decode import UnreadableError, bombs_refused, content, opened, pixels, reasons
from training.images.header import header
from training.images.listing import SUFFIXES

if TYPE_CHECKING:
    from training.evaluation.members import Loaded

GREY = 1


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a network says of one file.

    Args:
        path: as it was asked for.
        shares: of each class, (classes,), they add up to 1; None where the file gives no picture.
        notes: what was done to the picture that one may not expect.
        error: why the file gives no picture.
    """

    path: str
    shares: npt.NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()
    error: str = ""

    def top(self, count: int) -> list[tuple[int, float]]:
        """The classes with the largest shares, (number, share) each; of equal ones the smaller number first."""
        if self.shares is None:
            return []
        return [(int(number), float(self.shares[number])) for number in np.argsort(-self.shares, kind="stable")[:count]]


def paths(words: Sequence[str]) -> list[str]:
    """The files that a command line names; a folder stands for the picture files that lie in it, by their names.

    Raises:
        SpecError: where none of them is there.
    """
    found = [path for word in words for path in (_inside(Path(word)) if Path(word).is_dir() else [word])]
    if not any(Path(path).is_file() for path in found):
        more = f", and none of {len(found) - 1:,} more" if len(found) > 1 else ""
        raise api.fail("no-such-file", f"there is no picture '{found[0]}'{more}", expected="picture files, or folders")
    return found


def _inside(folder: Path) -> list[str]:
    """The picture files that lie in a folder itself, by their names."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208  names are enough
    except OSError as error:
        raise api.fail("no-such-file", f"'{folder}' cannot be read: {error.strerror}") from None
    found = [str(folder / name) for name in names if name.lower().endswith(SUFFIXES) and not name.startswith(".")]
    if not found:
        expected = "picture files in the folder itself; folders below it are not looked at"
        raise api.fail("no-such-file", f"the folder '{folder}' has no picture files", expected=expected)
    return found


def classes(member: Member, file: Path | None = None) -> tuple[str, ...]:
    """The name of each class: of a file, as the run's data have it, the spec, or the file of weights; else its number.

    Args:
        member: the network.
        file: a text with a name on each line.

    Raises:
        SpecError: where the file cannot be read, or has not as many names as there are classes.
    """
    if file:
        return _of_file(file, member)
    said = member.network.spec.classes
    known = said.names if said else ()
    if not known and Path(member.weights).suffix == ".safetensors":
        known = api.describe_weights(member.weights).origin.classes
    return names(member.earlier.data.get("class_names", ()) if member.earlier else (), known, member.classes)


def _of_file(file: Path, member: Member) -> tuple[str, ...]:
    try:
        found = tuple(content(file).decode().splitlines())
    except (UnreadableError, UnicodeDecodeError) as error:
        why = error if isinstance(error, UnreadableError) else "is no text in UTF-8"
        raise api.fail("bad-data", f"'{file}' {why}", expected="a text with the name of a class on each line") from None
    if len(found) != member.classes:
        message = f"'{file}' has {len(found):,} lines, {member.name} tells {member.classes:,} classes apart"
        raise api.fail("data-mismatch", message, expected="the name of a class on each line")
    return found


def check(member: Member) -> None:
    """Refuse a network that takes no pictures.

    Raises:
        SpecError: where it has several inputs, or one that is neither grey nor RGB.
    """
    inputs = member.network.graph.inputs
    if len(inputs) != 1:
        raise api.fail("data-mismatch", f"{member.network.name} has {len(inputs)} inputs", expected="one")
    [shape] = inputs.values()
    grey = len(shape) == 3 and shape[2] == GREY
    fitting.check((None, None, GREY if grey else fitting.COLOURS), shape, member.recipe.preprocessing)


def predictions(loaded: Loaded, files: Sequence[str], batch_size: int) -> Iterator[Prediction]:
    """What the network says of each file, in their order.

    Pictures are fitted as a test fits them: by the preprocessing's `size` and `crop`, the run's mean picture. Where a
    run's training pictures had one size, those of up to 8 pixels less than the input are framed with zeros.

    Args:
        loaded: the network.
        files: paths.
        batch_size: pictures that go through it at once.

    Raises:
        SpecError: where its outputs are no numbers.
    """
    import tensorflow as tf

    from training.evaluation.dense import inference
    from training.evaluation.scores import shares

    function, fitted = inference(loaded.model), _fitted(loaded)
    with bombs_refused(), ThreadPoolExecutor(os.cpu_count()) as pool:
        for first in range(0, len(files), batch_size):
            read = [*pool.map(lambda path: _read(path, loaded, fitted), files[first : first + batch_size])]
            inputs = [picture for _, picture in read if picture is not None]
            outputs = iter(shares(function(tf.stack(inputs)).numpy(), loaded.member.kind) if inputs else ())
            for found, picture in read:
                yield found if picture is None else _answered(found, next(outputs))


def _answered(found: Prediction, given: npt.NDArray[np.float64]) -> Prediction:
    if not np.isfinite(given).all():
        message = f"the outputs for '{found.path}' are no numbers"
        raise api.fail("bad-weights", message, expected="weights of a training that did not diverge")
    return Prediction(found.path, given, found.notes)


def _read(path: str, loaded: Loaded, fitted: Callable[[Any], Any]) -> tuple[Prediction, Any]:
    """A file as an input (height, width, channels); None where it gives no picture."""
    said = loaded.member.recipe.preprocessing or {}
    single = loaded.member.shape[2] == GREY and said.get("channel_order") != "gray"
    try:
        with reasons():
            data = content(Path(path))
            notes = header(opened(data), data).odd
        picture = pixels(data, GREY if single else None)
    except UnreadableError as error:
        return Prediction(path, error=str(error)), None
    return Prediction(path, notes=notes), fitted(picture[np.newaxis])[0]


def _fitted(loaded: Loaded) -> Callable[[Any], Any]:
    """What makes pictures (1, height, width, channels) inputs.

    Where training saw pictures of several sizes, none of them was framed with zeros: TensorFlow is not told sizes then.
    """
    import tensorflow as tf

    earlier, test = loaded.member.earlier, loaded.prepared.test
    if not earlier or None not in earlier.data.get("image_shape", ()):
        return lambda picture: test(tf.constant(picture))
    specs = {channels: tf.TensorSpec((1, None, None, channels), tf.uint8) for channels in (GREY, fitting.COLOURS)}
    graphs = {channels: tf.function(test, input_signature=[spec]) for channels, spec in specs.items()}
    return lambda picture: graphs[picture.shape[3]](tf.constant(picture))
