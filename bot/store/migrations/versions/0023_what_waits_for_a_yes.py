"""What waits for somebody's yes is found without reading what was decided; so are the cards about no ticket

Revision: 0023
Follows: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FOUND_BY = (
    ("duty_request", "state"),
    ("membership", "state"),
    ("membership", "decided_at"),
    ("late_entry", "state"),
    ("late_entry", "decided_at"),
    ("handover", "state"),
    ("incident", "state"),
    ("round", "done_at"),
    ("ticket", "parent_id"),
)
OLD, NEW = "ix_card_ticket_id", "card_of_ticket"


def upgrade() -> None:
    for table, column in FOUND_BY:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index(NEW, "card", ["ticket_id", "purpose"])
    op.drop_index(OLD, "card")


def downgrade() -> None:
    op.create_index(OLD, "card", ["ticket_id"])
    op.drop_index(NEW, "card")
    for table, column in FOUND_BY:
        op.drop_index(f"ix_{table}_{column}", table)
