"""The pictures of a mail: the week before and after, and the trend. Pillow is imported only when one is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.audit.finding import WeekFigures
from app.domain.plans.plan import Plan
from app.render.plans.week import Numbers


def week_picture(plan: Plan, number: Numbers | None = None) -> bytes:
    """A PNG of the week before and after, 1,200 pixels wide, to be shown at half of that or less.

    The same plan gives the same bytes. `number` are the names of the moves, by meeting, if they are not those of the
    plan. Titles of private meetings are not shown.
    """
    from app.render.picture.week import drawn  # noqa: PLC0415 - Pillow is needed by nothing else

    return drawn(plan, number).png()


def trend_picture(trend: Sequence[WeekFigures]) -> bytes:
    """A PNG of the last eight weeks, the oldest first, 1,200 pixels wide; there has to be one week at least."""
    from app.render.picture.trend import drawn  # noqa: PLC0415 - Pillow is needed by nothing else

    return drawn(trend).png()
