"""Two things measured in turn, A B A B, so that a machine's moods fall on both alike."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter


@dataclass(frozen=True)
class Pairs:
    """Seconds of the two, pair by pair."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    def table(self, ours: str, theirs: str, target: float) -> str:
        """Medians and quartiles in milliseconds, then the ratio beside its target."""
        width = max(len(ours), len(theirs))
        lines = [f"{'':{width}}  median ms   quartiles"]
        for name, seconds in ((ours, self.ours), (theirs, self.theirs)):
            low, _, high = quantiles(seconds)
            lines.append(f"{name:{width}}  {median(seconds) * 1e3:9.0f}   {low * 1e3:.0f} .. {high * 1e3:.0f}")
        return "\n".join([*lines, f"ratio {self.ratio:.2f} of {len(self.ours)} pairs; target at most {target}"])


def seconds(run: Callable[[], object]) -> float:
    """Wall-clock time of one call, on a heap that was cleaned before."""
    gc.collect()
    start = perf_counter()
    run()
    return perf_counter() - start


def measure(ours: Callable[[], object], theirs: Callable[[], object], pairs: int) -> Pairs:
    """Both in turn, after one round that does not count."""
    rounds = [(seconds(ours), seconds(theirs)) for _ in range(pairs + 1)][1:]
    return Pairs([a for a, _ in rounds], [b for _, b in rounds])
