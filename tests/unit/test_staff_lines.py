"""What seats and technicians type in their own order and words, and what is no command."""

import pytest

from bot.core.staff_lines import printed


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("看看未结的单", "未结"), ("给我看所有未结的单", "未结"), ("还有哪些没派", "待派"), ("哪些单还没派", "待派"), ("没人接的单", "待接"),
        ("哪些超时了", "超时"), ("有没有超时的单", "超时"), ("我手上的单", "我的"),
        ("让王强去1号", "派 1 王强"), ("派给王强 1", "派 1 王强"), ("1号换赵磊", "派 1 赵磊"), ("1号让王强去看看", "派 1 王强"),
        ("把1改派给赵磊", "派 1 赵磊"), ("1号工单派给王强吧", "派 1 王强"), ("安排赵磊去2号吧", "派 2 赵磊"),
        ("2号合并到1号", "合并 2 到 1"), ("1号和2号是一件事", "合并 2 到 1"), ("2号撤销合并", "撤销合并 2"),
        ("1号优先级改成P2，领导急", "优先级 1 P2 领导急"), ("1号升级到P2", "优先级 1 P2"), ("1号改P1 大厅全停", "优先级 1 P1 大厅全停"),
        ("1号改成打印机脱机", "改类 1 打印机脱机"), ("1号其实是打印机脱机", "改类 1 打印机脱机"), ("1号转出R4", "转出 1 R4"),
        ("1号撤销转出", "撤销转出 1"), ("1号拆出 座机也没声音", "拆分 1 座机也没声音"), ("1号办结 电话指导解决", "办结 1 电话指导解决"),
        ("1号现在怎么样", "查 1"), ("1号", "查 1"), ("1号谁在处理", "查 1"), ("1号还有谁能去", "还有谁 1"), ("1号时限", "时限 1"),
        ("302的历史", "查 302"), ("民政局302以前的单", "房间 民政局 302"), ("PC-0017的历史", "资产 PC-0017"),
        ("1号备注 用户下午才在", "备注 1 用户下午才在"), ("联系1号报障人", "联系报障人 1"), ("禁言李梅2小时", "禁言 李梅 2小时"),
        ("李梅禁言2小时", "禁言 李梅 2小时"), ("解除李梅禁言", "解除禁言 李梅"),
    ],
)  # fmt: skip
def test_it_is_read_as_it_is_printed(said: str, means: str) -> None:
    assert printed(said) == means
    assert printed(means) is None, "what is printed is left alone"


@pytest.mark.parametrize(
    "said",
    [
        "302打印机卡纸", "3号楼302电脑蓝屏", "1号窗口打印机坏了", "1号打印机坏了", "1号会议室没声音", "5号机房停电", "打印机1号机坏了",
        "1号怎么还没来", "1号电脑是不是修好了", "三楼302", "1号机换电池", "2号改打印机位置", "未结", "派 1 王强", "1号给我",
    ],
)  # fmt: skip
def test_a_report_or_a_printed_command_is_left_as_it_is(said: str) -> None:
    assert printed(said) is None


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("明天下午请假 看病", "请假 明天下午 看病"), ("我想明天请假", "请假 明天"), ("我想跟赵磊换27号的班", "换班 赵磊 27号"),
        ("11-26的班跟赵磊换一下", "换班 赵磊 11-26"), ("这周我什么班", "我的班"), ("我这周什么班", "我的班"), ("我这周的班", "我的班"),
        ("下一班是谁", "谁在岗"), ("我先下班了", "下线"), ("到岗了", "上线"), ("换班 赵磊 11-26", None), ("下班了吗", None), ("让王强去1号", None),
    ],
)  # fmt: skip
def test_what_technicians_say_of_their_duty(said: str, means: str | None) -> None:
    assert printed(said, desk=False) == means


def test_a_seat_puts_somebody_on_duty() -> None:
    assert printed("让王强顶班 18:00-22:00") == "顶班 王强 18:00-22:00"
    assert printed("王强顶班 今晚") == "顶班 王强 今晚"
