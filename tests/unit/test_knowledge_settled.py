"""What says that a matter is over, or that nobody need come; and what only sounds like it."""

import pytest

from knowledge.settled import came_back, settled


@pytest.mark.parametrize(
    "said",
    [
        "屏幕是线松了，我插紧就亮了",
        "我重启了一下，现在利索了",
        "换了根线，冲上了",
        "摇了摇硒鼓，又清楚了",
        "五楼的亮回来了",
        "自己掏出来了",
        "拔了网线再插上，有网了",
        "同事帮我换好了",
        "温度降到23度了，已经正常了",
        "现在不闪了",
    ],
)
def test_what_works_again_is_over(said: str) -> None:
    assert settled(said) == "done"


@pytest.mark.parametrize(
    "said", ["别派了", "有声了，别跑一趟", "单子不用开", "刚报的取消", "不用特地跑一趟了", "取消吧", "不用你们过来了"]
)
def test_what_calls_off_is_no_report(said: str) -> None:
    assert settled(said) == "cancel"


@pytest.mark.parametrize(
    "said",
    [
        "红灯又亮了",
        "灯都亮了",
        "风扇也转了",
        "弹窗又出来了",
        "电脑自己又启动了",
        "重启了也没好",
        "换了线就好一会儿，又断了",
        "什么时候能好",
        "音箱不响了",
        "线都插好了",
        "人事说账号开好了",
        "有人发的压缩包我打开了",
        "午休别来",
        "旧的权限取消",
        "怎么取消会议预约",
        "屏幕亮了，还是没画面",
        "刷脸识别不出来",
        "不用管打印机，先看电脑",
    ],
)
def test_what_only_sounds_like_it_is_not(said: str) -> None:
    assert settled(said) is None


@pytest.mark.parametrize(
    ("told", "said", "back"),
    [
        ("叫号屏不亮", "亮了 保洁拔了插头", True), ("会商室麦克风没声", "有了有了，话筒底座有个开关", True), ("视频终端入不了会", "进去了进去了，会议号抄错了", True),
        ("打印机连不上", "哦 现在连上了", True), ("没网", "又有了", True), ("网页打不开", "打开了", True),
        ("显示器不亮", "亮了一下又黑", False), ("没网", "还是没有", False), ("打印机卡纸", "亮了", False), ("网页打不开", "打开了怎么是乱码", False),
    ],
)  # fmt: skip
def test_what_was_lacking_is_there_again(told: str, said: str, back: bool) -> None:
    assert came_back(told, said) == back
