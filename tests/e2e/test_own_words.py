"""Commands as seats and technicians really type them, through the emulated platforms."""

import pytest

from bot.stage import Stage
from bot.store.tables import Ticket
from tests.e2e.phones import read, seen
from tests.e2e.test_thumb import held
from tests.e2e.test_ticket_life import count_tickets, says


async def ticket(world: Stage, number: int = 1) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, number)


async def test_a_seat_steers_in_his_own_words(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await says(world, "huangxin", "五楼506打印机卡纸了，直接派人")
    assert "1号 P3 电脑蓝屏" in await read(world, "zhoumin", "看看未结的单")
    assert "1号已派给赵磊" in await read(world, "zhoumin", "让赵磊去1号")
    assert "2号已并到1号" in await read(world, "zhoumin", "2号并到1号")
    assert "已撤销合并" in await read(world, "zhoumin", "2号撤销合并")
    assert "1号已改为P2" in await read(world, "zhoumin", "1号优先级改成P2，领导急")
    assert "已从1号拆出3号" in await read(world, "zhoumin", "1号拆出 座机也没声音")
    assert "市民政局302近一年" in await read(world, "zhoumin", "民政局302以前的单")
    assert "在岗3人" in await read(world, "zhoumin", "谁在值班")
    assert await count_tickets(world) == 3


async def test_a_seat_with_a_report_of_his_own_still_commands(world: Stage) -> None:
    """What he types of other tickets was added to his own report, or called it off."""
    await says(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await says(world, "zhoumin", "报障 我的鼠标不动了，二楼205")
    assert "改类" in await read(world, "zhoumin", "1号其实是显示器黑屏")
    assert "1号" in await read(world, "zhoumin", "1号转出R4")
    assert (await ticket(world)).status == "referred"
    assert "已撤销转出" in await read(world, "zhoumin", "1号撤销转出")
    assert (await ticket(world)).status == "triaged"
    assert (await ticket(world, 2)).status not in ("cancelled", "closed")


async def test_a_referral_by_mistake_is_taken_back(world: Stage) -> None:
    """Whoever had it in hand was called off: the desk has it, the reporter knows, and it can be given out again."""
    await held(world, "三楼302电脑蓝屏了")
    await read(world, "zhoumin", "转出 1 R4")
    assert "请联系本单位物业" in seen(world, "limei")
    await read(world, "zhoumin", "撤销转出 1")
    now = await ticket(world)
    assert (now.status, now.owner, now.assignee_id, now.route, now.kind) == ("triaged", "desk", None, None, "fault")
    assert "1号改由我们继续处理" in seen(world, "limei")
    assert "没有转出" in await read(world, "zhoumin", "撤销转出 1")
    assert "1号已派给王强" in await read(world, "zhoumin", "派 1 王强")
    await world.advance(hours=2)
    assert "需要转出" not in seen(world, "zhoumin").split("已撤销转出")[1]


async def test_what_is_classified_stays_referred(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await read(world, "zhoumin", "转出 1 R5")
    assert "涉密事项不能撤销转出" in await read(world, "zhoumin", "撤销转出 1")
    assert (await ticket(world)).status == "referred"


async def test_what_the_desk_notes_reaches_the_holder_and_is_nobodys_report(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    assert "王强也能看到" in await read(world, "zhoumin", "备注 1 用户下午才在")
    assert "1号服务台备注：用户下午才在" in seen(world, "wangqiang")
    await read(world, "zhoumin", "优先级 1 P2 领导急")
    detail = await read(world, "zhoumin", "查 1")
    assert "原话：三楼302电脑蓝屏了" in detail
    assert "领导急" not in detail and "下午才在" not in detail, "no word of the reporter's"


async def test_a_name_nobody_has_is_no_command(world: Stage) -> None:
    await says(world, "zhoumin", "1号换硒鼓")
    assert "没有找到" not in seen(world, "zhoumin")


@pytest.mark.parametrize("asked", ["为什么派给我", "怎么又派给我", "为什么是我 1"])
async def test_why_me_in_other_words(world: Stage, asked: str) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了，直接派人")
    assert "合计" in await read(world, "wangqiang", asked)
    assert "可派" in await read(world, "wangqiang", "还有谁能去 1")


async def test_loan_and_hand_over_of_the_ticket_in_hand(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await read(world, "wangqiang", "到场")
    assert "BJ-012" in await read(world, "wangqiang", "备机 BJ-012 12月5日")
    assert "归还" in await read(world, "wangqiang", "备机归还")
    await read(world, "wangqiang", "转给赵磊 家里有事")
    assert "家里有事" in seen(world, "zhaolei")
    await read(world, "zhaolei", "接手")
    assert (await ticket(world)).assignee_id == 4


async def test_the_number_first_for_what_a_technician_arranges(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    assert "已请报障人选" in await read(world, "wangqiang", "1号改约明天上午")
    assert "搓纸轮" in await read(world, "wangqiang", "1号备件 搓纸轮×1")
    assert "1号 P3 电脑蓝屏" in await read(world, "zhoumin", "王强手上有哪些单")
    await read(world, "zhoumin", "1号催一下")
    assert "服务台备注：请尽快处理" in seen(world, "wangqiang")


async def test_the_minutes_told_when_the_fault_is_asked(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await read(world, "wangqiang", "已解决")
    assert "实际是哪种故障" in await read(world, "wangqiang", "内存条松了，重插")
    again = await read(world, "wangqiang", "20分钟")
    assert "没认出" not in again and "实际是哪种故障" in again
    assert "用时：20分钟" in await read(world, "wangqiang", "对")


@pytest.mark.parametrize(
    ("said", "route"),
    [("1号转物业", "R4"), ("把1号转给运营商处理", "R6"), ("转出 1 物业", "R4"), ("1号转给政务云那边", "R1")],
)
async def test_a_ticket_is_referred_to_whom_a_seat_names(world: Stage, said: str, route: str) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, "zhoumin", said)
    assert ((await ticket(world)).status, (await ticket(world)).route) == ("referred", route)


async def test_what_is_classified_is_referred_by_its_code_alone(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, "zhoumin", "1号转保密办")
    assert (await ticket(world)).status == "dispatched"


async def test_a_reason_that_was_asked_for_needs_no_number(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了")
    await read(world, "zhoumin", "1号作废")
    assert "什么都没有改" in await read(world, "zhoumin", "算了")
    assert "已作废" not in await read(world, "zhoumin", "重复了")
    await read(world, "zhoumin", "1号作废")
    assert "1号" in await read(world, "zhoumin", "未结"), "a command between is a command"
    assert "1号已作废" in await read(world, "zhoumin", "他自己弄好了")
    assert "作废：他自己弄好了" in seen(world, "limei")


@pytest.mark.parametrize("said", ["1号作废，重复报了", "作废 1 重复报了", "1号取消 重复报了"])
async def test_a_seat_calls_a_ticket_off_with_a_reason(world: Stage, said: str) -> None:
    await held(world, "三楼302电脑蓝屏了")
    assert "为什么作废" in await read(world, "zhoumin", "1号作废")
    assert (await ticket(world)).status == "accepted"
    assert "原因已告知报障人" in await read(world, "zhoumin", said)
    assert (await ticket(world)).status == "cancelled"
    assert "作废：重复报了" in seen(world, "limei") and "1号不用去了" in seen(world, "wangqiang")
    assert "不能作废" in await read(world, "zhoumin", said), "twice"


@pytest.mark.parametrize("said", ["快超时的单", "哪些单快超时了", "快到期的", "有没有要超时的单"])
async def test_what_is_near_its_deadline(world: Stage, said: str) -> None:
    await held(world, "三楼302电脑蓝屏了")
    assert "没有快超时的单" in await read(world, "zhoumin", said)
    await world.advance(minutes=16)
    assert "王强 联系还剩14分" in await read(world, "zhoumin", said)
    await world.advance(minutes=15)
    assert "联系" not in await read(world, "zhoumin", said), "it is overdue"


async def test_a_broadcast_in_a_sentence_and_none_to_everybody(world: Stage) -> None:
    assert "发给市民政局" in await read(world, "zhoumin", "给民政局的人发 今晚8点停网维护")
    for said in ("给所有人发 今晚8点停网维护", "通知所有人 今晚停网", "给各单位发通知：今晚停网"):
        assert "只发给一个单位" in await read(world, "zhoumin", said)


async def test_a_technician_is_reminded_of_all_that_waits_for_him(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await says(world, "limei", "另外四楼405键盘按键掉了，直接派人")
    await read(world, "zhoumin", "派 2 王强")
    assert await read(world, "zhoumin", "催一下王强") == "已催王强：2号、1号。"
    reminder = seen(world, "wangqiang").split("服务台催办")[1]
    assert "1号 P3 电脑蓝屏" in reminder and "2号" in reminder
    assert "赵磊手上没有单" in await read(world, "zhoumin", "催 赵磊")
    assert await read(world, "zhoumin", "谁手上单最多") == "王强1张，待接1张\n手上没有单：赵磊"


async def test_a_priority_without_its_reason_is_asked_for_it(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了，直接派人")
    assert "1号为什么改为P1" in await read(world, "zhoumin", "把1号调成特急")
    assert "1号已改为P1" in await read(world, "zhoumin", "窗口停办了")
    assert (await ticket(world)).priority == "P1"
    assert "1号已改为P2" in await read(world, "zhoumin", "1号改加急 领导在等")
