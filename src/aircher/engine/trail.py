"""Writing into the audit trail, where there is one."""

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import JsonObject
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.engine.ports import Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The trail of a session.

    Attributes:
        audit: ``None`` = nothing is written down, because the session is not recorded at all.
    """

    clock: Clock
    audit: Audit | None = None

    async def note(
        self,
        kind: AuditKind,
        data: JsonObject,
        *,
        session_id: SessionId,
        turn_id: TurnId | None,
        call_id: CallId,
        tool: str,
    ) -> None:
        """Write one entry; it is durable on return.

        Raises:
            StorageError: It could not be written: what it speaks of must not happen.
        """
        if self.audit is None:
            return
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                session_id=session_id,
                turn_id=turn_id,
                call_id=call_id,
                kind=kind,
                tool=tool,
                data=data,
            )
        )
