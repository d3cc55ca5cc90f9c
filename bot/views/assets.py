"""What is said about labels: codes nobody registered and devices registered elsewhere."""

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Asset, Ticket
from bot.views.words import clip, number, place


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


def moved(ticket: Ticket, asset: Asset, card_id: str) -> Card:
    """To the reporter: the device stands elsewhere than the list says."""
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} {asset.code}",
        title=clip(f"{asset.device}换地方了吗？", 26),
        description="不影响处理，仅为登记准确",
        lines=(("登记在", clip(f"{asset.building}{asset.floor}{asset.room}", 30)), ("您说在", clip(place(ticket), 30))),
        buttons=(
            Button(text="搬到这里了", verb="asset-moved", command="", style="primary"),
            Button(text="只是借用", verb="asset-lent", command=""),
        ),
    )


def registered(asset: Asset) -> Say:
    return Say(text=f"好的，{asset.code}已改登记在{asset.building}{asset.floor}{asset.room}。")


def unchanged(asset: Asset) -> Say:
    return Say(text=f"好的，{asset.code}的登记不变。")
