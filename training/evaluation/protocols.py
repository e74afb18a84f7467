"""The papers' ways to test a network: which parts of each picture it sees, at which scales.

Every protocol gives some views of a picture; the shares that the network gives for them are averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archspec.api import fail
from training.evaluation import crops
from training.evaluation.crops import Pair, Window
from training.fitting import Shape, pads

if TYPE_CHECKING:
    import tensorflow as tf

    from training.fitting import AnyShape
    from training.preparation import Preparation
    from training.recipe import Recipe

STEP = 32
"""Pixels between VGG's scales, for an input of 224 (arXiv:1409.1556, Section 4.2)."""
PLACES: Mapping[str, Callable[[Pair, Pair], tuple[Window, ...]]] = {
    "10crop": crops.corners_and_center,
    "144crop": crops.crops_of_squares,
}
"""Protocol of crops -> where they lie in a scaled picture."""
DENSE = ("dense", "multiscale")
"""Protocols that see whole pictures."""


@dataclass(frozen=True)
class Protocol:
    """What is seen of each picture.

    Args:
        name: `center`, `10crop`, `144crop`, `dense` or `multiscale`.
        scales: lengths of the shorter side that pictures are scaled to, one after the other; empty where they
            are brought to the network's input as in training.
        frame: the height and width that small pictures are framed to with zeros instead, as in training.
        mirrored: whether the mirror of each view is one too, as in the papers.
    """

    name: str
    scales: tuple[int, ...] = ()
    frame: Pair | None = None
    mirrored: bool = True

    @property
    def dense(self) -> bool:
        """Whether whole pictures are seen, by the network as convolutions."""
        return self.name in DENSE

    @property
    def views(self) -> int:
        """How many views of a picture there are."""
        if self.name == "center":
            return 1
        windows = 1 if self.dense else len(PLACES[self.name]((2, 2), (1, 1)))
        return max(1, len(self.scales)) * windows * (2 if self.mirrored else 1)

    def told(self) -> str:
        """The protocol in words.

        >>> Protocol("multiscale", (256, 384, 512)).told()
        'multiscale (shorter sides of 256, 384, 512; 6 views a picture)'
        """
        if self.name == "center":
            return self.name
        sides = f"shorter side{'s' * (len(self.scales) > 1)} of {', '.join(map(str, self.scales))}; "
        framed = f"framed with zeros to {self.frame[0]}x{self.frame[1]}; " if self.frame else ""
        mirrors = "" if self.mirrored else " without mirrors"
        return f"{self.name} ({sides if self.scales else framed}{self.views} views a picture{mirrors})"

    def of(self, pictures: tf.Tensor, prepared: Preparation) -> Iterator[tf.Tensor]:
        """The views of pictures (n, height, width, channels), as inputs (n, views, height, width, channels)."""
        import tensorflow as tf

        if self.name == "center":
            yield prepared.test(pictures)[:, tf.newaxis]
        for scaled in self._scaled(pictures, prepared) if self.name != "center" else ():
            size = (scaled.shape[1], scaled.shape[2])
            crop = size if self.dense else prepared.around.shape[:2]
            windows = (Window(0, 0, *size),) if self.dense else PLACES[self.name](size, crop)
            yield _inputs(crops.cut(scaled, windows, crop, mirrored=self.mirrored), prepared)

    def _scaled(self, pictures: tf.Tensor, prepared: Preparation) -> Iterator[tf.Tensor]:
        """The pictures as crops are cut from them, at one scale after the other."""
        import tensorflow as tf

        from training.augment import geometry

        values = tf.cast(pictures, tf.float32)
        for side in self.scales:
            yield geometry.resized(values, crops.scaled((values.shape[1], values.shape[2]), side))
        if self.frame:
            yield tf.image.resize_with_crop_or_pad(values, *self.frame)
        elif not self.scales:
            yield prepared.fitted(pictures, centred=True)


def _inputs(views: tf.Tensor, prepared: Preparation) -> tf.Tensor:
    """Views of 0 to 255 as inputs; from views of another size than the input's, the mean colour is subtracted."""
    import tensorflow as tf

    from training import fitting

    count, height, width, channels = views.shape[1:]
    flat = tf.reshape(views, (-1, height, width, channels))
    fitted = fitting.fit(flat, (height, width, prepared.around.shape[2]), prepared.preprocessing)
    found = _for_size(prepared, (height, width)).inputs(fitted)
    return tf.reshape(found, (-1, count, *found.shape[1:]))


def _for_size(prepared: Preparation, size: Pair) -> Preparation:
    """Where the mean picture is of another size, its mean colour takes its place."""
    around = prepared.around
    mean = around.statistics.mean
    if mean is None or mean.shape[:2] == size:
        return prepared
    colour = replace(around.statistics, mean=mean.mean(axis=(0, 1)))
    return replace(prepared, around=replace(around, statistics=colour))


def choose(name: str, scales: Sequence[int], shape: Shape, recipe: Recipe, pictures: AnyShape) -> Protocol:
    """A protocol with its scales: those that are asked for, or those of its paper.

    `10crop`: 256 for an input of 224 or 227, else in proportion; or the side that recipe or preprocessing scale
    pictures to. Pictures that training frames with zeros are framed here too, so that what they show keeps its
    size. `144crop`: 256, 288, 320, 352, in proportion. `dense`: VGG's Q = S, the shorter side in training, or the
    middle of its range; `multiscale`: {S - 32, S, S + 32}, or both ends and the middle of the range.

    Raises:
        SpecError: for scales that the protocol does not have, or below the input.
    """
    least = max(shape[:2])
    if scales:
        _check(name, scales, least)
        return Protocol(name, tuple(scales))
    if name == "144crop":
        return Protocol(name, tuple(max(least, crops.shorter_side(least, scale)) for scale in crops.SCALES))
    if name == "10crop":
        side = max(least, _side(recipe) or crops.shorter_side(least))
        framed = pads(pictures, shape) and not _side(recipe)
        return Protocol(name, frame=(side, side)) if framed else Protocol(name, (side,))
    if name in DENSE:
        return Protocol(name, _dense_scales(name, least, recipe, as_fitted=pads(pictures, shape)))
    return Protocol(name)


def _check(name: str, scales: Sequence[int], least: int) -> None:
    if name == "center":
        expected = "--scales beside another --protocol; the recipe's `preprocessing` scales for the center"
        raise fail("bad-option", "--scales is not for the center protocol", expected=expected)
    if small := [scale for scale in scales if scale < least]:
        raise fail(
            "bad-option", f"--scales has {small[0]}, the network's input is {least}", expected=f"at least {least}"
        )


def _dense_scales(name: str, least: int, recipe: Recipe, *, as_fitted: bool) -> tuple[int, ...]:
    """The scales of whole pictures; none where they are `as_fitted` to the input, neither scaled nor cut."""
    jitter = _step(recipe, "scale_jitter")
    if jitter:
        low, high = jitter
        middle = (low + high) // 2
        return (low, middle, high) if name == "multiscale" else (middle,)
    side = _side(recipe)
    if name == "dense":
        return () if as_fitted and not side else (max(least, side or 0),)
    step = STEP if least in crops.AS_WRITTEN else round(STEP * least / crops.REFERENCE)
    middle = max(least, side or crops.shorter_side(least))
    return tuple(scale for scale in (middle - step, middle, middle + step) if scale >= least)


def _side(recipe: Recipe) -> int | None:
    """The shorter side that pictures have in training, where the recipe says one."""
    size = _step(recipe, "resize") or (recipe.preprocessing or {}).get("size")
    return size if isinstance(size, int) else None


def _step(recipe: Recipe, name: str) -> Any:
    return next((step.keys["size"] for step in recipe.augmentation or () if step.name == name), None)
