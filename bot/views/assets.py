"""What is said about labels: codes nobody registered and devices registered elsewhere."""

from bot.core.outbound import Say
from bot.store.tables import Ticket
from bot.views.words import number


def unknown(code: str) -> Say:
    """A code alone that is not in the list: what is needed to go on."""
    return Say(text=f"编号{code}还没有登记。请直接说是什么设备、怎么了、在哪个房间，我们照样受理。")


def unregistered(code: str) -> Say:
    """A report that names an unknown code: it goes on all the same."""
    return Say(text=f"编号{code}还没有登记，已按您说的受理。")


def elsewhere(code: str) -> Say:
    """The device belongs to another agency by the list: its place is not taken from there."""
    return Say(text=f"编号{code}登记在其他单位，位置以您说的为准。")


def noted(ticket: Ticket) -> Say:
    """The code came while another question is open: kept, and the question stands."""
    return Say(text=f"{number(ticket)}已记下设备和位置，还请回答上面的问题。")
