"""A step may have several gates: which of them are open, and one question to the agency for each

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

GUIDANCE = sa.table(
    "guidance",
    sa.column("ticket_id", sa.Integer),
    sa.column("step_id", sa.String),
    sa.column("gate_open", sa.Boolean),
    sa.column("gates_open", sa.JSON),
)
CONSENT = sa.table(
    "consent",
    sa.column("id", sa.Integer),
    sa.column("ticket_id", sa.Integer),
    sa.column("step_id", sa.String),
    sa.column("gate", sa.String),
    sa.column("state", sa.String),
    sa.column("asked_at", sa.DateTime),
)
EVENTS = sa.table(
    "ticket_event", sa.column("id", sa.Integer), sa.column("ticket_id", sa.Integer), sa.column("kind", sa.String),
    sa.column("data", sa.JSON),
)  # fmt: skip
TIMER = sa.table("timer", sa.column("key", sa.String))
OPENED = ("gate-confirmed", "gate-overridden")
ONE_FOR_A_STEP, ONE_FOR_A_GATE = "consent_ticket_id_step_id_key", "consent_ticket_id_step_id_gate_key"
"""As PostgreSQL calls a constraint that was given no name."""


def upgrade() -> None:
    op.add_column("guidance", sa.Column("gates_open", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    for ticket, step in connection.execute(
        sa.select(GUIDANCE.c.ticket_id, GUIDANCE.c.step_id).where(GUIDANCE.c.gate_open)
    ).all():
        gates = [gate] if (gate := _confirmed(connection, ticket, step)) else []
        connection.execute(sa.update(GUIDANCE).where(GUIDANCE.c.ticket_id == ticket).values(gates_open=gates))
    op.drop_column("guidance", "gate_open")
    _one_for(ONE_FOR_A_GATE, ONE_FOR_A_STEP)
    for number, ticket, step in connection.execute(
        sa.select(CONSENT.c.id, CONSENT.c.ticket_id, CONSENT.c.step_id)
    ).all():
        _rename(connection, f"consent:{ticket}:{step}", f"consent:{number}")


def downgrade() -> None:
    """Which of its gates the step had before is not known: what technicians confirmed is confirmed anew.

    The agency's answers are in its own rows, of which a step keeps the one that says least.
    """
    connection = op.get_bind()
    kept: dict[tuple[int, str], int] = {}
    rows = connection.execute(
        sa.select(CONSENT.c.id, CONSENT.c.ticket_id, CONSENT.c.step_id, CONSENT.c.state).order_by(CONSENT.c.id)
    ).all()
    for number, ticket, step, _ in sorted(rows, key=lambda row: row.state in ("given", "overridden")):
        kept.setdefault((ticket, step), number)
    connection.execute(sa.delete(CONSENT).where(CONSENT.c.id.not_in(kept.values())))
    for (ticket, step), number in kept.items():
        _rename(connection, f"consent:{number}", f"consent:{ticket}:{step}")
    _one_for(ONE_FOR_A_STEP, ONE_FOR_A_GATE)
    op.add_column("guidance", sa.Column("gate_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_column("guidance", "gates_open")


UNIQUE = {ONE_FOR_A_STEP: ("ticket_id", "step_id"), ONE_FOR_A_GATE: ("ticket_id", "step_id", "gate")}


def _one_for(new: str, old: str) -> None:
    """Put one constraint in the place of the other. SQLite copies the table: how it looks is told, not read from it."""
    text, when = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    now = sa.Table(
        "consent",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("step_id", text(), nullable=False),
        sa.Column("gate", text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", when(), nullable=False),
        sa.Column("answered_at", when(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.UniqueConstraint(*UNIQUE[old], name=old),
        sa.Index("ix_consent_person_id", "person_id"),
        sa.Index("ix_consent_ticket_id", "ticket_id"),
    )
    with op.batch_alter_table("consent", copy_from=now) as table:
        table.drop_constraint(old, type_="unique")
        table.create_unique_constraint(new, list(UNIQUE[new]))


def _confirmed(connection: sa.Connection, ticket: int, step: str) -> str:
    """The gate of the step that was confirmed last, out of the ticket's timeline: the row itself did not name it."""
    found = connection.execute(
        sa.select(EVENTS.c.data)
        .where(EVENTS.c.ticket_id == ticket, EVENTS.c.kind.in_(OPENED))
        .order_by(EVENTS.c.id.desc())
    ).all()
    return next((data["gate"] for (data,) in found if data.get("step") == step and data.get("gate")), "")


def _rename(connection: sa.Connection, old: str, new: str) -> None:
    connection.execute(sa.update(TIMER).where(TIMER.c.key == old).values(key=new))
