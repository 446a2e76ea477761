"""What was worked out of things that are given again and again, known by which they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
MOST = 200
"""Things that are remembered: the places of a few managers' meetings."""


class Remembered(Generic[K, V]):
    """What was worked out of the latest things, each of which never changes; safe for several threads.

    To compare two of them would take as long as to work it out anew. One that is kept here shares its id with no other.
    """

    def __init__(self, work_out: Callable[[K], V]) -> None:
        self._work_out = work_out
        self._known: OrderedDict[int, tuple[K, V]] = OrderedDict()

    def of(self, thing: K) -> V:
        """What comes out of a thing."""
        known = self._known.get(id(thing))
        if known is None:
            known = self._known[id(thing)] = thing, self._work_out(thing)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known[1]
