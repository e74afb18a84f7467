"""A test set out of pictures that come without one."""

from __future__ import annotations

from collections.abc import Sequence


def share_of(count: int, share: float) -> int:
    """How many of a class's pictures become test pictures: at least one and all but one, where there are two.

    >>> share_of(100, 0.2), share_of(3, 0.1), share_of(1, 0.5), share_of(100, 0)
    (20, 1, 0, 0)
    """
    return min(max(1, round(share * count)), count - 1) if share and count else 0


def drawn(digests: Sequence[bytes], share: float) -> list[int]:
    """The places of a class's test pictures: those whose sha256 are the smallest, in the order of the class.

    Whatever the seed they are the same, and a picture that is added moves at most one other.
    """
    order = sorted(range(len(digests)), key=digests.__getitem__)
    return sorted(order[: share_of(len(digests), share)])
