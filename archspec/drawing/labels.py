"""Names beside the points of a chart, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from matplotlib.axes import Axes

STEP, RINGS, DIRECTIONS = 7.0, 60, 24
"""Pixels from one ring of places around a point to the next, how many rings, places on each."""
NEAR = 6.0
"""Pixels between a point's mark and its name beyond which a line joins them."""
CENTRE, MARK = 5.0, 14.0
"""Pixels around the middle of every point that no name covers, and that names keep free where they can."""


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether both have a pixel in common."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.top <= other.bottom or other.top <= self.bottom)

    def within(self, other: Box) -> bool:
        """Whether it lies wholly in another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.bottom <= self.bottom and self.top <= other.top


@dataclass(frozen=True)
class Point:
    """A point of a chart with its name, and the radius of its mark, in pixels."""

    name: str
    x: float
    y: float
    radius: float


def write(axes: Axes, points: Sequence[Point], size: float) -> None:
    """Write the name of each point as near to it as there is room, with a line to it from further off.

    Names keep clear of each other, of the middle of every point and of the frame. The crowded points
    choose first.
    """
    frame = Box(*axes.get_window_extent().extents)
    centres = [_around(p, CENTRE) for p in points]
    marks = [_around(p, min(MARK, max(CENTRE, p.radius))) for p in points]
    written: list[Box] = []
    for point in sorted(points, key=lambda p: (-_neighbours(p, points), p.x, p.y, p.name)):
        text = axes.text(0, 0, point.name, size=size)
        extent = text.get_window_extent()
        text.remove()
        box = place(point, (extent.width + 4, extent.height + 1), frame, ([*written, *marks], [*written, *centres]))
        written.append(box)
        _annotate(axes, point, box, size)


def _around(point: Point, radius: float) -> Box:
    return Box(point.x - radius, point.y - radius, point.x + radius, point.y + radius)


def _neighbours(point: Point, points: Sequence[Point]) -> int:
    return sum(abs(point.x - p.x) < 80 and abs(point.y - p.y) < 40 for p in points)


def place(point: Point, size: tuple[float, float], frame: Box, taken: Sequence[Sequence[Box]]) -> Box:
    """The nearest place for a name in the frame that nothing has taken.

    Args:
        point: whose name it is.
        size: its width and height.
        frame: what it must lie in.
        taken: what it keeps clear of; the later lists are shorter, for where there is no room.
    """
    possible = [box for box in _places(point, *size) if box.within(frame)] or [next(_places(point, *size))]
    for boxes in taken:
        for box in possible:
            if not any(box.overlaps(other) for other in boxes):
                return box
    return possible[0]


def _places(point: Point, width: float, height: float) -> Iterator[Box]:
    """Rectangles around a point, ring after ring, beginning at the right of each."""
    for ring in range(RINGS):
        away = point.radius + 3 + ring * STEP
        for turn in range(DIRECTIONS):
            angle = 2 * pi * (turn + 1) // 2 / DIRECTIONS * (-1) ** turn
            x = point.x + cos(angle) * (away + width / 2)
            y = point.y + sin(angle) * (away + height / 2)
            yield Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _annotate(axes: Axes, point: Point, box: Box, size: float) -> None:
    """The name in its place, in pixels from the point."""
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    across = max(box.left - point.x, point.x - box.right, 0)
    along = max(box.bottom - point.y, point.y - box.top, 0)
    far = hypot(across, along) > point.radius + NEAR
    at, beside = axes.transData.inverted().transform([(point.x, point.y), (x, y)]).tolist()
    axes.annotate(
        point.name,
        xy=tuple(at),
        xytext=tuple(beside),
        ha="center",
        va="center",
        size=size,
        arrowprops={"arrowstyle": "-", "color": "0.6", "lw": 0.6, "shrinkA": 0, "shrinkB": 0} if far else None,
    )
