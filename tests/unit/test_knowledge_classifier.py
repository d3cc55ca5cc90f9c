"""What messages are taken to mean: the order of decision, safety and R5, negation, extent, routes, requests, intents."""

import pytest

from knowledge import Book, Classifier, Matters
from knowledge.contract import classify_line
from knowledge.evaluate import evaluate

KEYS = {
    "id", "decision", "kind", "item", "fault", "faults", "request", "route", "safety", "confidence", "candidates",
    "because", "question", "slots", "priority",
}  # fmt: skip


@pytest.mark.parametrize("said", ["302停电", "三楼320房停电", "停电"])
def test_a_cut_that_nobody_plans_is_no_planned_one(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).request is None
    assert classifier.understand(f"周六{said}，怎么配合").request == "planned-outage"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("卡纸", "printer-paper-jam"),
        ("三楼302打印机卡纸了，急", "printer-paper-jam"),
        ("又夹纸啦，唔该快啲嚟睇下", "printer-paper-jam"),
        ("蓝屏了", "pc-bluescreen"),
        ("機房空調漏水到地板了", "ac-leak"),
        ("打应机脱机", "printer-offline"),
        ("光猫亮红灯", "wan-optical-modem"),
        ("二楼走廊的摄像头没画面", "cctv-camera-offline"),
    ],
)
def test_reports_are_dispatched(classifier: Classifier, said: str, fault: str) -> None:
    understood = classifier.understand(said)
    assert (understood.fault, understood.decision) == (fault, "dispatch")
    assert understood.because


@pytest.mark.parametrize(
    "said",
    [
        "机房冒烟了", "主机里有股烧焦味", "插排打火花", "显示器漏电，摸着手麻", "复印机着火了", "同事被锁在机房里面出不来",
        "笔记本底下鼓起来了", "把茶泼到手提电脑上了", "机房消防响了", "服务器机柜有焦糊味", "打印机冒烟", "电池柜漏液了",
    ],
)  # fmt: skip
def test_emergencies_come_first(classifier: Classifier, said: str) -> None:
    understood = classifier.understand(said)
    assert understood.decision == "emergency"
    assert understood.safety
    assert understood.priority == "P1"


@pytest.mark.parametrize(
    "said",
    [
        "今天忙得冒烟，电脑还死机", "cpu烧了吧，卡死了", "屏幕有水印，未激活", "火狐浏览器打不开网页", "急得嗓子冒烟了快来人修打印机",
        "如果机房着火了该怎么办", "灭火器过期了", "烟感误报", "防火墙日志满了", "群里炸锅了，都说没网", "没有焦味，就是开不了机",
        "十万火急，投影没信号",
    ],
)  # fmt: skip
def test_false_alarms(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).decision != "emergency"


@pytest.mark.parametrize(
    "said",
    [
        "那台涉密机开不了机",
        "那台定密的旧电脑要报废",
        "部密机撳唔着",
        "机要室加密传真收不到",
        "涉密打印机卡纸",
        "保密电话没声音",
        "电子政务内网终端登不上",
    ],
)
def test_classified_equipment_stops_everything(classifier: Classifier, said: str) -> None:
    understood = classifier.understand(said)
    assert (understood.decision, understood.route) == ("classified", "R5")
    assert understood.slots == {}


@pytest.mark.parametrize(
    "said",
    [
        "非涉密电脑蓝屏",
        "这台不是涉密机，打印机卡纸",
        "开机密码忘了",
        "保密宣传的海报打印机打不出来",
        "不方便在这里说",
        "党办靠里那台",
        "红色的",
        "机要旁边那间普通办公室",
        "精密机房空调不制冷",
    ],
)
def test_not_classified(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).decision != "classified"


def test_a_hint_of_secrecy_is_asked_about(classifier: Classifier) -> None:
    understood = classifier.understand("保密柜旁边那台打印机卡纸")
    assert understood.decision == "ask"
    assert understood.question is not None
    assert "R5" in understood.question.faults


@pytest.mark.parametrize(
    ("said", "fault", "priority"),
    [
        ("三楼整层断网了", "lan-area-down", "P1"),
        ("我们处都上不了网", "lan-area-down", "P1"),
        ("整栋楼都没网", "wan-internet-down", "P1"),
        ("我们二十多台电脑都没网", "lan-area-down", "P1"),
        ("电脑蓝屏了，不急，有空来看看", "pc-bluescreen", "P4"),
        ("领导等着开会，打印机卡纸", "printer-paper-jam", "P2"),
        ("市领导在，打印机卡纸", "printer-paper-jam", "P1"),
    ],
)
def test_extent_and_time_move_class_and_priority(classifier: Classifier, said: str, fault: str, priority: str) -> None:
    understood = classifier.understand(said)
    assert (understood.fault, understood.priority) == (fault, priority)


def test_what_is_said_to_be_fine_is_not_the_fault(classifier: Classifier) -> None:
    understood = classifier.understand("打印机没坏，是我电脑连不上它")
    assert understood.fault == "printer-share-fail"


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ("OA打不开其他网页都正常", "R3"), ("不是没网，是公文系统登不上", "R3"), ("办公室空调不冷", "R4"), ("插座没电", "R4"),
        ("508的空调漏水", "R4"), ("一楼大厅空调坏了", "R4"),
        ("政务云上的云主机连不上", "R1"), ("官网首页被人改了", "R2"), ("我自己的手机连不上家里wifi", "R8"), ("想换台新电脑", "R7"),
        ("请问社保卡怎么补办", "R10"), ("手机没信号", "R6"),
    ],
)  # fmt: skip
def test_what_is_not_ours_is_routed(classifier: Classifier, said: str, route: str) -> None:
    understood = classifier.understand(said)
    assert (understood.decision, understood.route) == ("route", route)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("打印机没墨了麻烦送个硒鼓", "consumables"), ("512房要加两个网口", "network-point"), ("帮我装个压缩软件", "software-install"),
        ("下周我们处搬到五楼麻烦帮忙挪电脑", "relocation"), ("想借台笔记本下乡用三天", "loan-device"),
        ("明天上午9点省里视频会议请派人保障", "meeting-support"), ("双面打印怎么设置", "consult-howto"),
        ("给小李开一下公盘权限", "account-permission"), ("周六大楼停电检修机房要怎么配合", "planned-outage"),
    ],
)  # fmt: skip
def test_what_is_wanted_is_a_request(classifier: Classifier, said: str, wanted: str) -> None:
    understood = classifier.understand(said)
    assert (understood.decision, understood.request) == ("request", wanted)


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("我昨天报的打印机什么时候来修", "progress"), ("到哪了", "progress"), ("怎么还没来", "urge"), ("不用来了自己好了", "cancel"),
        ("好了", "done"), ("可以了谢谢", "done"), ("还是不行", "not_done"), ("没修好", "not_done"), ("转人工", "human"),
        ("谢谢师傅", "thanks"), ("你好", "greeting"), ("好的", "agree"), ("不是", "disagree"), ("帮助", "command"), ("测试", "chitchat"),
    ],
)  # fmt: skip
def test_intents_other_than_a_report(classifier: Classifier, said: str, intent: str) -> None:
    assert classifier.understand(said).intent == intent


@pytest.mark.parametrize("said", ["打印机卡纸了，快点来人", "你好，电脑蓝屏了，谢谢", "麻烦派人来看一下，打印机脱机"])
def test_a_report_wins_over_courtesy_and_haste(classifier: Classifier, said: str) -> None:
    understood = classifier.understand(said)
    assert (understood.intent, understood.kind) == ("report", "fault")


@pytest.mark.parametrize(
    "said",
    [
        "你好", "谢谢", "今天中午吃什么", "讲个笑话", "你是机器人还是真人", "我们跟档案局在同一栋", "新换的鼠标太好用了", "投影仪换了之后清楚多了",
        "wifi现在快得飞起", "电脑加了内存飞快", "附件2 联系人名单", "三季度固定资产盘点表", "2026年度培训计划(征求意见稿)",
        "关于开展办公设备清查工作的通知.pdf", "会议议程终稿v3", "食堂的辣子鸡辣到喷火",
    ],
)  # fmt: skip
def test_small_talk_is_one_class(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).decision == "other"


@pytest.mark.parametrize("said", ["台式机没声音", "笔记本没声音", "手提冇声", "我台电脑突然没有声音"])
def test_a_computer_without_sound_plays_none(classifier: Classifier, said: str) -> None:
    understood = classifier.understand(said)
    assert (understood.fault, understood.decision) == ("peri-audio", "dispatch")


@pytest.mark.parametrize("said", ["担心机房会着火", "怕那边会爆炸"])
def test_a_worry_about_danger_is_no_idle_talk(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).decision != "other"


@pytest.mark.parametrize("said", ["收到停电通知", "周六大楼停电通知"])
def test_a_notice_of_a_cut_is_more_than_the_name_of_a_document(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).request == "planned-outage"


@pytest.mark.parametrize("said", ["鼠标坏了想换一个", "键盘坏了一个键，麻烦换一个", "耳机摔了，给换一副"])
def test_what_is_broken_and_not_used_up_is_a_fault(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).kind == "fault"


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ("打印机卡纸，另外门禁刷卡没反应", {"printer-paper-jam", "door-card-invalid"}),
        ("打印机脱机 评价器不亮", {"printer-offline", "win-evaluator"}),
        ("电脑蓝屏，然后WiFi也搜不到了", {"pc-bluescreen", "wlan-ssid-missing"}),
        ("叫号机不出票，还有评价器也不亮", {"win-queue-machine", "win-evaluator"}),
        ("2号窗读卡器读不出身份证，7号窗的评价器也不亮", {"win-idreader", "win-evaluator"}),
        ("平板两台有毛病，一台屏幕摔碎了，一台充不进电", {"mob-screen", "mob-no-boot"}),
    ],
)
def test_two_independent_faults(classifier: Classifier, said: str, faults: set[str]) -> None:
    assert set(classifier.understand(said).faults) == faults


@pytest.mark.parametrize(
    "said",
    [
        "U盘插会议室电脑上不出来,PPT在里面,还有五分钟轮到我讲",
        "鼠标触摸板点不动，只能插鼠标用",
        "传真机没事，是电脑里传真软件打不开",
        "他的执法平板摔了，屏幕裂了",
        "我的IP电话屏幕上写未注册，拨不了号",
    ],
)
def test_what_is_fine_done_instead_or_only_in_haste_is_no_second_fault(classifier: Classifier, said: str) -> None:
    assert len(classifier.understand(said).faults) == 1


def test_one_fault_said_in_many_clauses_stays_one(classifier: Classifier) -> None:
    understood = classifier.understand("打印机卡纸了，扯不出来，三楼302，麻烦快点，谢谢")
    assert understood.faults == ("printer-paper-jam",)
    tried = classifier.understand(
        "领导的电脑早上更新以后一直转圈进不了桌面，强制关机又开也是一样，里面有重要文件不能丢"
    )
    assert tried.faults == ("pc-boot-os-fail",)


@pytest.mark.parametrize("said", ["开不了", "屏幕黑了", "没声音", "密码忘了", "空调坏了", "系统好卡"])
def test_what_cannot_be_told_is_asked(classifier: Classifier, book: Book, said: str) -> None:
    understood = classifier.understand(said)
    assert understood.decision == "ask"
    question = understood.question
    assert question is not None
    assert 2 <= len(question.options) == len(question.faults) <= 5
    assert all(target in book.faults or target in book.routes or not target for target in question.faults)


@pytest.mark.parametrize(
    "said",
    ["", "   ", "？？？", "👍", "asdfgh", "坏了", "😂" * 500, "打印机" * 2000, "\x00\x01", "<xml>", "'; drop table"],
)
def test_nothing_breaks_it(classifier: Classifier, said: str) -> None:
    line = classify_line(classifier.understand(said), 1)
    assert set(line) == KEYS
    assert line["decision"] != "emergency"


def test_the_line_of_the_contract(classifier: Classifier) -> None:
    line = classify_line(classifier.understand("三楼302打印机卡纸了"), "a")
    assert set(line) == KEYS
    assert line["slots"] == {"floor": "3楼", "room": "302", "location": "三楼302", "device": "打印机"}
    assert line["candidates"][0]["fault"] == "printer-paper-jam"
    assert 0 <= line["confidence"] <= 1


def test_evaluation_counts_what_is_right(book: Book, classifier: Classifier) -> None:
    rows = [
        {
            "id": 1,
            "text": "打印机卡纸",
            "kind": "fault",
            "item": "printer",
            "fault": "printer-paper-jam",
            "style": "plain",
        },
        {
            "id": 2,
            "text": "打印机卡纸",
            "kind": "fault",
            "item": "printer",
            "fault": "printer-offline",
            "style": "plain",
        },
        {"id": 3, "text": "机房冒烟", "kind": "fault", "fault": "fire-alarm-active", "safety": True},
        {"id": 4, "text": "OA打不开其他网页都正常", "kind": "route", "route": "R3"},
        {"id": 5, "text": "主机冒烟了，另外打印机卡纸", "fault": "pc-burning-smell", "safety": True,
         "faults": ["pc-burning-smell", "printer-paper-jam"]},
        {"id": 6, "text": "打印机卡纸，座机没声音", "fault": "printer-paper-jam", "faults": ["printer-paper-jam", "pc-freeze"]},
        {"id": 7, "text": "座机没声音，走廊的灯也不亮", "kind": "fault", "fault": "phone-no-dialtone"},
    ]  # fmt: skip
    result = evaluate(classifier, Matters(book, classifier.understand), rows)
    assert result.shares["fault"].share == 0.75
    assert result.shares["multi"].share == 0.5
    assert result.shares["single"].share == 0.8
    assert result.shares["item"].share == 1.0
    assert result.shares["safety"].share == 1.0
    assert result.shares["route"].share == 1.0
    assert result.styles["plain"].share == 0.5
    assert ("printer-offline", "printer-paper-jam", 1) in result.confusions
    assert "fault" in result.as_text()
    assert result.as_dict()["rows"] == 7


@pytest.mark.parametrize(
    ("said", "secret"),
    [("屏蔽机房空调停了", True), ("机要专用UPS一直叫", True), ("领导秘书那台本子开不了机", False), ("密码忘了登不进电脑", False)],
)  # fmt: skip
def test_a_hint_of_secrecy_is_enough_where_its_words_speak_for_it(
    classifier: Classifier, said: str, secret: bool
) -> None:
    assert (classifier.understand(said).decision == "classified") == secret
