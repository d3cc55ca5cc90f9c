"""The duty roster at work: what happens when somebody's hours begin or end."""

from bot.desk import dispatch, shifts
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import TimerRow


async def changed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: somebody's standing changed. What waits is shared out anew, and the next change is waited for."""
    await dispatch.replan(tx, office)
    row.fired_at = tx.now
    await shifts.arm(tx)
    return "changed"
