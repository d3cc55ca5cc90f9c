"""What may happen on a day: what people say and press, what goes wrong, and how long it takes. A day is a plan: a list of steps.

A step names a verb of `Day`.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.integration.days.day import Plan, Step
from tests.integration.days.platforms import FAULTS

FROM_REPORTERS = (
    "三楼302打印机卡纸了", "三楼302电脑蓝屏了", "5楼501上不了网", "打印机", "电脑坏了", "三楼302", "机房冒烟了", "投影没声音",
    "电话打不通", "涉密电脑坏了", "空调不制冷", "申请开通VPN", "催一下", "没修好", "好了", "好了不用来了", "不是打印机是扫描仪",
    "转人工", "谢谢", "直接派人", "还是不行", "撤销 {n}", "到哪了", "另外投影仪也坏了", "5分", "可以上门",
)  # fmt: skip
FROM_TECHNICIANS = (
    "接单", "接单 {n}", "退回 {n} 太远", "出发", "到场", "到场 {n}", "远程 {n}", "已联系", "暂停 {n} 等备件", "继续", "恢复 {n}",
    "已恢复", "已解决", "已解决 {n}", "正常", "异常", "1", "2", "3", "上一步", "求助", "已确认", "做不到", "撤销", "上线", "忙碌",
    "下线", "转交 {n} 赵磊 有急事", "转交 {n} 孙涛 有急事", "接手", "不接手", "取消转交 {n}", "请假 今天下午", "我做完 {n}",
    "转服务台 {n}", "没信号", "有信号", "下一张", "联系报障人 {n}", "换班 孙涛 明天", "免打扰 10:00-12:00", "我的单", "结束对话",
    "加入", "不方便",
)  # fmt: skip
FROM_SEATS = (
    "派 {n} 王强", "派 {n} 赵磊", "派 {n} 孙涛", "跟进 {n}", "办结 {n} 已处理", "转出 {n} R1", "转出 {n} R5", "合并 {n} {m}",
    "撤销合并 {n}", "拆分 {n}", "优先级 {n} P1 领导要用", "优先级 {n} P3 误判", "批准 1", "不批 1", "批准 2", "请假 今天下午",
    "顶班 孙涛 今天 12:00-14:00", "代报 13900000002 三楼302打印机卡纸", "联系报障人 {n}", "结束对话", "事件 1 确认", "事件 1 恢复",
    "事件 1 不是", "裁定 {n} 1 使用方 有据", "停工 今天 台风", "取消停工 今天", "禁言 李梅 1小时", "撤销 {n}", "改类 {n} 电脑蓝屏",
    "谁在岗",
)  # fmt: skip


FEW = st.integers(0, 3)
Steps = st.SearchStrategy[Step]


@dataclass(frozen=True)
class Staff:
    """Who takes part in a day, by what they do."""

    reporters: tuple[str, ...]
    technicians: tuple[str, ...]
    seats: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.reporters + self.technicians + self.seats


def says(users: tuple[str, ...], words: tuple[str, ...]) -> Steps:
    return st.tuples(st.just("says"), st.sampled_from(users), st.sampled_from(words), FEW, FEW)


def steps(staff: Staff, *more: Steps) -> Steps:
    """What happens anywhere: much of what is usual, some of what is not, and `more` of the latter."""
    reported = says(staff.reporters, FROM_REPORTERS[:9])
    pressed = st.tuples(st.just("press"), st.sampled_from(staff.all), FEW, st.integers(0, 5), st.integers(1, 2))
    worked, steered = says(staff.technicians, FROM_TECHNICIANS), says(staff.seats, FROM_SEATS)
    waited = st.tuples(st.just("ahead"), st.sampled_from((1, 4, 6, 11, 16, 35, 90, 400)))
    return st.one_of(
        reported, reported, says(staff.reporters, FROM_REPORTERS), pressed, pressed, pressed, worked, worked, worked,
        steered, steered, waited, waited,
        st.tuples(st.just("gone"), st.sampled_from((*staff.reporters, *staff.technicians, "zhoumin"))),
        st.tuples(st.just("jump"), st.sampled_from((3, 20, 150, 1500))),
        st.tuples(st.just("down"), st.sampled_from((0, 0, 7, 60, 900))),
        *more,
    )  # fmt: skip


def plans(begun: tuple[Plan, ...], step: Steps, longest: int) -> st.SearchStrategy[Plan]:
    return st.tuples(st.sampled_from(begun), st.lists(step, min_size=6, max_size=longest)).map(
        lambda both: [*both[0], *both[1]]
    )


def begun(name: str, user: str) -> tuple[Plan, ...]:
    """How a day has begun: with nothing, an offer, a ticket in hand and another one, a repair of this technician's."""
    return (
        [],
        [("says", "limei", "三楼302电脑蓝屏了", 0, 0), ("says", "limei", "直接派人", 0, 0)],
        [
            ("says", "limei", "三楼302打印机卡纸了，急", 0, 0),
            ("says", "limei", "直接派人", 0, 0),
            ("says", "zhoumin", "派 1 王强", 0, 0),
            ("says", "wangqiang", "接单 1", 0, 0),
            ("says", "chenzhi", "5楼501上不了网", 0, 0),
        ],
        [
            ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
            ("says", "zhoumin", f"派 1 {name}", 0, 0),
            ("says", user, "接单 1", 0, 0),
            ("says", user, "到场 1", 0, 0),
        ],
    )


CONSOLE = Staff(("limei", "chenzhi"), ("wangqiang", "zhaolei", "suntao"), ("zhoumin", "hetao"))
ON_CONSOLE = plans(
    begun("孙涛", "suntao"),
    steps(
        CONSOLE,
        st.tuples(st.just("press_of"), st.sampled_from(CONSOLE.all), st.sampled_from(CONSOLE.all), FEW, FEW),
        st.just(("back",)),
    ),
    longest=20,
)

PLATFORMS = Staff(("limei", "huangxin"), ("wangqiang", "zhaolei"), ("zhoumin", "hetao"))
"""李梅 and the desk are on WeCom, 黄欣 and 赵磊 on DingTalk, 王强 on both."""
ON_PLATFORMS = plans(
    begun("赵磊", "zhaolei"),
    steps(
        PLATFORMS,
        *[st.tuples(st.just("fault"), st.sampled_from(tuple(FAULTS)))] * 2,
        st.tuples(st.just("swapped"), st.sampled_from(PLATFORMS.all)),
    ),
    longest=14,
)

ONCE_RED = {
    "the desk gives away a report whose pieces are still coming": [
        ("says", "limei", "打印机", 0, 0),
        ("says", "zhoumin", "派 1 王强", 0, 0),
        ("says", "limei", "三楼302", 0, 0),
        ("ahead", 4),
        ("back",),
        ("down", 0),
        ("ahead", 16),
    ],
    "the desk gives away a report about which something is still asked, and the answer comes": [
        ("says", "chenzhi", "投影没声音", 0, 0),
        ("ahead", 1),
        ("says", "hetao", "派 1 王强", 0, 0),
        ("press", "chenzhi", 0, 1, 2),
    ],
    "it is taken, and nobody answers": [
        ("says", "chenzhi", "投影没声音", 0, 0),
        ("ahead", 1),
        ("says", "hetao", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("ahead", 16),
    ],
    "it is taken, and the reporter asks for a person instead": [
        ("says", "chenzhi", "投影没声音", 0, 0),
        ("ahead", 1),
        ("says", "hetao", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("says", "chenzhi", "叫人来", 0, 0),
    ],
    "a merge is undone whose holder is reached nowhere any more": [
        ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
        ("says", "chenzhi", "5楼501上不了网", 0, 0),
        ("says", "zhoumin", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("says", "zhoumin", "合并 1 2", 0, 0),
        ("gone", "wangqiang"),
        ("says", "zhoumin", "派 2 王强", 0, 0),
        ("says", "zhoumin", "撤销合并 1", 0, 0),
    ],
    "nobody took it in time, which is told once though it is offered again": [
        ("says", "limei", "5楼501上不了网", 0, 0),
        ("jump", 1500),
        ("says", "limei", "投影没声音", 0, 0),
        ("jump", 20),
    ],
}
"""Days that were found at random, each cut down to what went wrong."""

ONCE_RED_ON_PLATFORMS: dict[str, Plan] = {
    "the duty manager, who has no seat, says that a matter is classified": [
        ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
        ("says", "hetao", "转出 1 R5", 0, 0),
    ],
    "a card that waits for the morning is to change before that": [
        ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
        ("says", "zhoumin", "派 1 赵磊", 0, 0),
        ("says", "zhaolei", "接单 1", 0, 0),
        ("says", "zhaolei", "到场 1", 0, 0),
        ("jump", 1500),
        ("down", 900),
        ("ahead", 16),
    ],
    "a card is for somebody whom the platform does not know any more": [
        ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
        ("gone", "zhaolei"),
        ("says", "zhoumin", "派 1 赵磊", 0, 0),
    ],
    "the seat that is asked to speak with a reporter is reached nowhere": [
        ("says", "huangxin", "还是不行", 0, 0),
        ("gone", "zhoumin"),
        ("says", "huangxin", "转人工", 0, 0),
        ("says", "huangxin", "在吗", 0, 0),
    ],
}
"""The same through the platforms."""
