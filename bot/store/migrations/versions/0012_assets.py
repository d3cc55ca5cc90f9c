"""Assets

Revision: 0012
Follows: 0005
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("device", text(), nullable=False),
        sa.Column("building", text(), nullable=False),
        sa.Column("floor", text(), nullable=False),
        sa.Column("room", text(), nullable=False),
        sa.Column("model", text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index(op.f("ix_asset_unit_id"), "asset", ["unit_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_asset_unit_id"), table_name="asset")
    op.drop_table("asset")
