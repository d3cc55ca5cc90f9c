"""What is said when somebody has left."""

from bot.core.outbound import Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, number, state

WHY = {"left": "人员已离开", "unreached": "暂时联系不上"}
"""Why a ticket is taken off somebody, as its closed cards say."""


def left(who: Person, moved: int, inherited: int) -> Say:
    """To the desk: whose roles ended, and what became of his tickets."""
    parts = [f"{who.name}已离开，岗位已取消"]
    if moved:
        parts.append(f"派给他的{moved}张工单已转服务台")
    if inherited:
        parts.append(f"他报的{inherited}张未完工单请留意")
    return Say(text=f"{'；'.join(parts)}。如系误报，重新导入人员表即可恢复。")


def inherited(voice: Voice, ticket: Ticket, who: Person) -> Say:
    """To the liaison: a colleague's report is his from now on."""
    return Say(text=f"{who.name}已离开，所报{number(ticket)}（{voice.what(ticket)}，{state(ticket)}）由您接着跟进。")


def ask_heir(ticket: Ticket, who: Person, heir: Person) -> Say:
    """To the holder: whom to ask now."""
    phone = f"，电话{heir.phone}" if heir.phone else ""
    return Say(text=f"{number(ticket)}报障人{who.name}已离开，请改联系{heir.name}{phone}。")
