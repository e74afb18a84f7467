"""Among the first k: which k of a recipe or a command can tell anything of so many classes."""

from __future__ import annotations

from collections.abc import Sequence


def counted(top: Sequence[int], classes: int) -> tuple[int, ...]:
    """The k of `top` among whose first the right class can be missing; 1 where there is no other.

    >>> counted((1, 5), 1000), counted((1, 5), 3), counted((5,), 5)
    ((1, 5), (1,), (1,))
    """
    return tuple(k for k in top if k < classes) or (1,)


def told(top: Sequence[int], classes: int) -> list[str]:
    """A sentence on those that are left out.

    >>> told((1, 5), 3)
    ['note: top-5 is left out: with 3 classes every picture is a hit']
    """
    left = [f"top-{k}" for k in top if k >= classes]
    verb = "is" if len(left) == 1 else "are"
    return (
        [f"note: {' and '.join(left)} {verb} left out: with {classes} classes every picture is a hit"] if left else []
    )
