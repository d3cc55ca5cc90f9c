"""The event of a pause says whose time it was: before, that was worked out from the reason

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

EVENTS = sa.table("ticket_event", sa.column("id", sa.Integer), sa.column("kind", sa.String), sa.column("data", sa.JSON))
CHARGED = {
    "预约": "user-unit",
    "等待用户时间": "user-unit",
    "等待用户授权": "user-unit",
    "等待备件且已提供备机": "third-party",
    "第三方或运营商处理": "third-party",
    "不可抗力": "third-party",
}
"""Reason → party, as it was until now."""


def upgrade() -> None:
    connection = op.get_bind()
    for number, data in connection.execute(
        sa.select(EVENTS.c.id, EVENTS.c.data).where(EVENTS.c.kind == "paused")
    ).all():
        told = {**data, "party": CHARGED.get(data.get("paused", ""), "provider")}
        connection.execute(sa.update(EVENTS).where(EVENTS.c.id == number).values(data=told))


def downgrade() -> None:
    connection = op.get_bind()
    for number, data in connection.execute(
        sa.select(EVENTS.c.id, EVENTS.c.data).where(EVENTS.c.kind == "paused")
    ).all():
        told = {name: value for name, value in data.items() if name != "party"}
        connection.execute(sa.update(EVENTS).where(EVENTS.c.id == number).values(data=told))
