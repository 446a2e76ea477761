"""What audits need, out of the database and the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.services.auditing.audit import AuditDesk
from app.settings import Settings, load_agendas
from app.wiring.proposals import asked

if TYPE_CHECKING:
    from sqlalchemy import Engine


def audit_desk(engine: Engine, settings: Settings) -> AuditDesk:
    """What audits are made with, in a database that is ready."""
    from app.adapters.store.mails.findings import StoredFindings  # noqa: PLC0415
    from app.adapters.store.proposals.proposals import StoredProposals  # noqa: PLC0415

    kept = StoredProposals(engine, lambda _id, _version, _transaction: None)
    return AuditDesk(
        asked=lambda people, week, now: asked(people, week, now, engine, settings),
        findings=StoredFindings(engine),
        now=lambda: datetime.now(UTC),
        agendas=load_agendas(settings),
        proposed=lambda week: kept.reserved(str(week), besides=""),
    )
