"""What the steps of an augmentation work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from training.statistics import NONE, Statistics

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Examples:
    """Some pictures, float32 (n, height, width, channels) of 0 to 255, and their labels.

    Labels are class numbers (n,), or shares of the classes (n, classes) once pictures were mixed.
    """

    images: Any
    labels: Any


@dataclass(frozen=True)
class Surroundings:
    """What steps have to know beside the pictures: the network's input and classes, and the training set as a whole."""

    shape: Shape
    classes: int
    statistics: Statistics = field(default=NONE)
