"""Sites, permits, clearance

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("area", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("buildings", sa.JSON(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("unit_id", "name"),
    )
    op.create_index(op.f("ix_site_unit_id"), "site", ["unit_id"], unique=False)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("permits", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("cleared", sa.Boolean(), server_default="0", nullable=False))
        batch_op.create_foreign_key("fk_person_site", "site", ["site_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_person_site_id"), ["site_id"], unique=False)
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_ticket_site", "site", ["site_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_ticket_site_id"), ["site_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_site_id"))
        batch_op.drop_constraint("fk_ticket_site", type_="foreignkey")
        batch_op.drop_column("site_id")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_site_id"))
        batch_op.drop_constraint("fk_person_site", type_="foreignkey")
        batch_op.drop_column("cleared")
        batch_op.drop_column("permits")
        batch_op.drop_column("site_id")
    op.drop_table("site")
