"""Level -> level: which arrows are skips, like boxes as one, the boxes of a stage as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from archspec.ir import Graph, Input
from archspec.passes.boxes import BLOCK, KINDS, STAGE, Arrow, Box, Level
from archspec.passes.costs import added
from archspec.passes.grouping import places

ALIKE = {True: 2, False: 4}
"""From how many on like boxes in a row become one: blocks, and single layers, whose names are worth their room."""


def with_skips(arrows: Sequence[Arrow]) -> tuple[Arrow, ...]:
    """The arrows, each with whether another way leads where it leads; an output lies behind every box."""
    below: dict[int, set[int]] = defaultdict(set)
    behind = 1 + max((max(arrow.source, arrow.target) for arrow in arrows), default=0)
    ends = [(arrow.source, arrow.target if arrow.target >= 0 else behind - 1 - arrow.target) for arrow in arrows]
    for source, target in ends:
        below[source].add(target)
    reached: dict[int, int] = {}  # as bits, since of 10,000 boxes each may reach all others
    for place in sorted({place for end in ends for place in end}, reverse=True):
        reached[place] = 1 << place if place >= 0 else 0
        for target in below[place]:
            reached[place] |= reached[target]
    return tuple(
        replace(arrow, skip=any(reached[other] >> target & 1 for other in below[source] if other != target))
        for arrow, (source, target) in zip(arrows, ends, strict=True)
    )


def merged(level: Level) -> Level:
    """The level with like boxes one behind the other as one box."""
    runs = list(_runs(level))
    place = {i: new for new, run in enumerate(runs) for i in run}
    boxes = tuple(_several(level.boxes, run) if len(run) > 1 else level.boxes[run[0]] for run in runs)
    arrows = (
        replace(arrow, source=place.get(arrow.source, arrow.source), target=place.get(arrow.target, arrow.target))
        for arrow in level.arrows
        if arrow.target < 0 or arrow.source < 0 or place[arrow.source] != place[arrow.target]
    )
    return Level(boxes, tuple(arrows))


def _several(boxes: Sequence[Box], run: range) -> Box:
    first, last = boxes[run[0]], boxes[run[-1]]
    return replace(first, times=len(run), last=last.name, output=last.output)


def _runs(level: Level) -> Iterator[range]:
    """Places of boxes that are drawn as one: alike, each read by the next alone, which reads nothing else."""
    out: Mapping[int, list[Arrow]] = defaultdict(list)
    into: Mapping[int, list[Arrow]] = defaultdict(list)
    for arrow in level.arrows:
        out[arrow.source].append(arrow)
        into[arrow.target].append(arrow)
    start = 0
    while start < len(level.boxes):
        end = start + 1
        while (
            end < len(level.boxes)
            and level.boxes[end] == level.boxes[start]
            and out[end - 1] == into[end]
            and len(into[end]) == 1
        ):
            end += 1
        alike = ALIKE[level.boxes[start].inside is not None]
        yield from [range(start, end)] if end - start >= alike else [range(i, i + 1) for i in range(start, end)]
        start = end


def staged(level: Level, graph: Graph) -> Level:
    """The outermost level of a graph with the boxes of each stage, where they are several, as one box."""
    level = _heads_last(level)
    runs = [range(run[0], run[-1] + 1) for run in _stages(level, graph)]
    place = {i: new for new, run in enumerate(runs) for i in run}
    boxes = tuple(_stage(level, run, graph) if len(run) > 1 else level.boxes[run[0]] for run in runs)
    moved = (
        Arrow(place.get(arrow.source, arrow.source), place.get(arrow.target, arrow.target), arrow.shape)
        for arrow in level.arrows
    )
    return Level(boxes, with_skips([arrow for arrow in dict.fromkeys(moved) if arrow.source != arrow.target]))


def _heads_last(level: Level) -> Level:
    """The level with the boxes of auxiliary heads, which no other reads, behind those of the trunk."""
    order = sorted(range(len(level.boxes)), key=lambda place: level.boxes[place].head)
    place = {old: new for new, old in enumerate(order)}
    arrows = (
        replace(arrow, source=place.get(arrow.source, arrow.source), target=place.get(arrow.target, arrow.target))
        for arrow in level.arrows
    )
    return Level(tuple(level.boxes[old] for old in order), tuple(arrows))


def _stages(level: Level, graph: Graph) -> Iterator[list[int]]:
    """Places in runs of one stage; an input and a head stand alone."""
    at = places(graph)
    stages = [
        f"alone {place}" if box.head or box.kind == KINDS[Input] else at[box.output].stage
        for place, box in enumerate(level.boxes)
    ]
    for _, run in groupby(range(len(stages)), key=stages.__getitem__):
        yield list(run)


def _stage(level: Level, run: range, graph: Graph) -> Box:
    """One box around a run of boxes."""
    boxes = level.boxes[run.start : run.stop]
    return Box(
        name=f"stage {places(graph)[boxes[-1].output].stage}",
        output=boxes[-1].output,
        kind=BLOCK,
        ops=(),
        shape=boxes[-1].shape,
        cost=added(box.cost * box.times for box in boxes),
        span=boxes[0].span,
        block=STAGE,
        inside=Level(boxes, with_skips(_inner(level.arrows, run))),
    )


def _inner(arrows: Sequence[Arrow], run: range) -> list[Arrow]:
    """The arrows of a run, by the places in it; what comes from outside and what goes there is counted."""
    entries: dict[int, int] = {}
    exits: dict[int, int] = {}
    found = []
    for arrow in arrows:
        if arrow.source in run or arrow.target in run:
            source, target = arrow.source - run.start, arrow.target - run.start
            if arrow.source not in run:
                source = entries.setdefault(arrow.source, -1 - len(entries))
            if arrow.target not in run:
                target = exits.setdefault(arrow.source, -1 - len(exits))
            found.append(Arrow(source, target, arrow.shape))
    return list(dict.fromkeys(found))
