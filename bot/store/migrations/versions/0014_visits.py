"""Visits

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.add_column("ticket", sa.Column("visit_from", moment(), nullable=True))
    op.add_column("ticket", sa.Column("visit_until", moment(), nullable=True))
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("starts_at", moment(), nullable=True),
        sa.Column("ends_at", moment(), nullable=True),
        sa.Column("instead_of", sa.Integer(), nullable=True),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("answered_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_visit_ticket_id"), "visit", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_visit_person_id"), "visit", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_visit_person_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_ticket_id"), table_name="visit")
    op.drop_table("visit")
    op.drop_column("ticket", "visit_until")
    op.drop_column("ticket", "visit_from")
