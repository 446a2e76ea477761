"""Both ends of a plan that takes long: its request is stored here, and answered here when a worker has time for it."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_hex

from app.api.parts import ApiParts
from app.api.plans.asked import checked, request_of
from app.api.plans.form import PlanForm
from app.api.plans.stored_form import packed, unpacked
from app.api.problems import REUSED, ProblemError, problem_about
from app.domain.plans.planning import Answer, Begun, Planning
from app.domain.plans.plans import Plans
from app.errors import CancelledError, StoreError, UnavailableError
from app.render.plans.document import plans_document
from app.services.packing.packing import Watch
from app.services.planning.stored_plans import ATTEMPTS

RETRY_AFTER_S = 60


def stored(form: PlanForm, parts: ApiParts, idempotency_key: str | None) -> Planning:
    """Store what a form asks for; whoever works at plans is told.

    Raises `ProblemError` and `InputError` for what can be known to be wrong without reading a calendar.
    """
    checked(form, parts)
    if len(parts.plannings.unfinished()) >= parts.limits.plannings:
        raise UnavailableError("too many plans are waiting for a worker; try again later", RETRY_AFTER_S)
    request = packed(form)
    planning = parts.plannings.add(token_hex(16), request, idempotency_key, parts.now())
    if planning.digest != sha256(request).hexdigest():
        raise ProblemError(REUSED, f"Idempotency-Key {idempotency_key} was used for another request: take a new one")
    return planning


def answered(begun: Begun, watch: Watch, parts: ApiParts) -> Answer:
    """Answer a stored request; whatever goes wrong is its problem.

    Raises `CancelledError` once whoever watches has given up, and `StoreError` if the database cannot be used.
    """
    try:
        return Answer(result=plans_document(_plans(begun, watch, parts)))
    except (CancelledError, StoreError):
        raise
    except Exception as error:  # noqa: BLE001 - nobody waits for it but who asks for the answer
        return Answer(problem=problem_about(error).model_dump(exclude_none=True))


def _plans(begun: Begun, watch: Watch, parts: ApiParts) -> Plans:
    if begun.attempts > ATTEMPTS:
        raise UnavailableError(f"the worker ended {ATTEMPTS} times before there was an answer; try a smaller scope")
    form = unpacked(begun.request)
    request = request_of(checked(form, parts), parts, begun.created_at)
    return parts.plan_together(request, form.options.scope, watch)
