"""What is live is found without reading what is over

Revision: 0018
Follows: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FOUND_BY = (("ticket", "status"), ("visit", "state"), ("approval", "state"))


def upgrade() -> None:
    for table, column in FOUND_BY:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in FOUND_BY:
        op.drop_index(f"ix_{table}_{column}", table)
