"""What is said about broadcasts (广播): the preview, the message itself, and why one is not sent."""

from collections.abc import Mapping, Sequence

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Broadcast
from bot.views.words import Voice, clip

PLATFORM = {"wecom": "企业微信", "dingtalk": "钉钉", "console": "终端"}
STATE = {"sent": "已发出", "dropped": "已取消"}


def preview(
    row: Broadcast, card_id: str, unit: str, by_platform: Mapping[str, int], quiet: int, unreached: int
) -> Card:
    """Before it is sent: to how many, over what, and who is left out."""
    total = sum(by_platform.values())
    over = "，".join(f"{PLATFORM[name]}{count}条" for name, count in sorted(by_platform.items())) or "没有能收到的人"
    left = [f"不收通知{quiet}人"] * bool(quiet) + [f"联系不上{unreached}人"] * bool(unreached)
    return Card(
        card_id=card_id,
        source=f"服务台 · 广播{row.id}",
        title=f"发给{clip(unit, 16)}{total}人？",
        description="还没有发出，确认后才发",
        body=clip(row.text, 110),
        lines=(("占用额度", over), *((("不发给", "，".join(left)),) if left else ())),
        hint=f"确认广播 {row.id} / 取消广播 {row.id}",
        buttons=(
            Button(text="确认发出", verb="broadcast-send", command=f"确认广播 {row.id}", style="primary"),
            Button(text="取消", verb="broadcast-drop", command=f"取消广播 {row.id}"),
        ),
    )


def message(voice: Voice, text: str) -> Say:
    return Say(text=f"【服务台通知】{text}\n不想再收这类通知请回复：不收通知。{voice.call_us()}")


def one_unit() -> Say:
    """Nothing goes to everybody at once: each copy is paid, and most agencies are not concerned."""
    return Say(text="广播一次只发给一个单位，没有发出。请写明单位，例如：广播 市民政局 今晚8点到9点网络检修")


def how() -> Say:
    return Say(text="请这样发：广播 市民政局 今晚8点到9点网络检修")


def too_long(limit: int) -> Say:
    return Say(text=f"广播最长{limit}字，请缩短再发。")


def enough(unit: str, limit: int) -> Say:
    return Say(text=f"{unit}24小时内已发过{limit}次广播，为节省额度先不发。急事请电话联系联络员。")


def nobody(unit: str) -> Say:
    return Say(text=f"{unit}没有能收到通知的人，没有发出。")


def quiet_hours() -> Say:
    return Say(text="22:00到7:30不发广播，请早上再发。")


def sent(row: Broadcast, count: int) -> Say:
    return Say(text=f"广播{row.id}已排队发给{count}人，不影响派单消息。")


def dropped(row: Broadcast) -> Say:
    return Say(text=f"广播{row.id}已取消，没有发出。")


def expired(row: Broadcast) -> Say:
    return Say(text=f"广播{row.id}是30分钟前的预览，已失效，请重新发一次“广播”。")


def already(row: Broadcast) -> Say:
    return Say(text=f"广播{row.id}{STATE[row.state]}，不用再按。")


def none_waiting() -> Say:
    return Say(text="没有等您确认的广播。要发请这样发：广播 市民政局 今晚8点到9点网络检修")


def which(rows: Sequence[Broadcast]) -> Say:
    listed = "；".join(f"{row.id} {clip(row.text, 16)}" for row in rows[:5])
    return Say(text=f"有几条广播等您确认：{listed}。请带上编号，例如：确认广播 {rows[0].id}")


def no_such(number: str) -> Say:
    return Say(text=f"没有您发起的广播{number}。")


def left_alone(quiet: bool) -> Say:
    if quiet:
        return Say(text="好的，以后不给您发通知，报障进展照常告诉您。想再收请回复：接收通知。")
    return Say(text="好的，以后通知会发给您。")
