"""What the platform's directory says of an account, and when it is asked

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WHEN, TEXT = sqlmodel.sql.sqltypes.UTCDateTime, sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("department", TEXT(), server_default="", nullable=False))
        table.add_column(sa.Column("looked_up_at", WHEN(), nullable=True))
        table.add_column(sa.Column("look_up_at", WHEN(), nullable=True))
        table.create_index("ix_account_look_up_at", ["look_up_at"])


def downgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.drop_index("ix_account_look_up_at")
        table.drop_column("look_up_at")
        table.drop_column("looked_up_at")
        table.drop_column("department")
