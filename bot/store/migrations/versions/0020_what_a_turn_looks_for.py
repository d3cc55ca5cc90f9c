"""What a turn looks for is found without reading what is over, however many tickets were closed

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NEW = {
    "ticket_reported": ("ticket", ["reporter_id", "status"]),
    "ticket_held": ("ticket", ["assignee_id", "status"]),
    "ticket_of_unit": ("ticket", ["unit_id", "status", "assignee_id"]),
    "ix_ticket_created_at": ("ticket", ["created_at"]),
    "content_of_kind": ("content", ["kind", "at"]),
    "visit_of_ticket": ("visit", ["ticket_id", "state"]),
    "offer_of_ticket": ("offer", ["ticket_id", "person_id", "state"]),
    "offer_standing": ("offer", ["person_id", "state"]),
    "offer_lately": ("offer", ["person_id", "offered_at"]),
    "ix_proof_at": ("proof", ["at"]),
}
OLD = {
    "ix_ticket_assignee_id": ("ticket", ["assignee_id"]),
    "ix_ticket_unit_id": ("ticket", ["unit_id"]),
    "ix_offer_person_id": ("offer", ["person_id"]),
    "ix_offer_ticket_id": ("offer", ["ticket_id"]),
    "ix_visit_ticket_id": ("visit", ["ticket_id"]),
}
"""Beginnings of the new ones."""
VISIT_ENDED = sa.text("kind IN ('visit-kept', 'visit-missed')")
SLOTS = {"ticket_room": "room", "ticket_asset": "asset_tag"}
SPELLED = {
    "sqlite": "lower(CAST(JSON_EXTRACT(slots, '$.\"{}\"') AS VARCHAR))",
    "postgresql": "lower(CAST(slots ->> '{}' AS VARCHAR))",
}
"""As bot/desk/search.py asks for it: an index serves the very expression only."""


def upgrade() -> None:
    for name, (table, columns) in NEW.items():
        op.create_index(name, table, columns)
    op.create_index("visit_ended", "ticket_event", ["at"], sqlite_where=VISIT_ENDED, postgresql_where=VISIT_ENDED)
    for name, slot in SLOTS.items():
        spelled = sa.text(SPELLED[op.get_bind().dialect.name].format(slot))
        op.create_index(name, "ticket", [spelled, "unit_id"])
    for name, (table, _) in OLD.items():
        op.drop_index(name, table)


def downgrade() -> None:
    for name, (table, columns) in OLD.items():
        op.create_index(name, table, columns)
    op.drop_index("visit_ended", "ticket_event")
    for name in SLOTS:
        op.drop_index(name, "ticket")
    for name, (table, _) in NEW.items():
        op.drop_index(name, table)
