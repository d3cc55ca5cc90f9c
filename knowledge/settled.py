"""That a matter is over, or that nobody need come, in whatever words: 插紧就亮了, 又清楚了, 别跑一趟, 单子不用开.

Grammar, not a list: what was done or came by itself, and that it works now; or a command not to come. What still fails,
asks, doubts or may come to be says nothing of the kind.
"""

import re
from typing import Literal

Settled = Literal["done", "cancel"]
_END = r"(?=[，。！？；、,.!~…\s]|$)"
_TAIL = r"(?:人|师傅|单子?|一?趟|过来|上来|我们?|这[边里个]|[了啦咯呀吧哈啊喇]){0,4}"
_CALL_OFF = re.compile(
    r"(?:(?<![识特分区各个性级类告派])别|不用|不必|无需|不需要|唔使|甭|不要|不劳|不麻烦)(?:再|麻烦|叫|让|劳烦|你们?|您|师傅|人|特地|专门|白|跑一?趟?){0,3}"
    rf"(?:派|跑|来|嚟|过来|上门|上来|下来|修|整|处理|开单|开|跟进|折腾|操心|报修?|费心|送|惦记){_TAIL}{_END}"
    r"|单子?(?:就)?(?:不用|别|唔使)(?:开|派|建|下)了?|(?:刚才?|刚刚|上面|之前|先前)?(?:报|发|说)的(?:那个|那条|那单)?[，\s]*(?:取消|作废|撤)"
    rf"|(?<![点按了要会能么样想法议约是单订])取消[掉了吧啦咯]{{0,2}}{_END}"
)
"""A command not to come, or to call the ticket off."""
_DOES = (
    "(?:插|拔|换|擦|摇|重启|重开|重装|重连|重插|开关|关机|关|按|拧|清|拿|挑|掏|扯|拉|调|设|改|装|接|拍|敲|搬|挪|转|充|弄|搞|修|整|抖|吹|抠|抽|撕|塞|推|松|紧|合)"
    "[了过好紧回上下开掉出完]{0,2}"
)
_WELL = (
    r"亮|响|通|动|利索|清楚|清晰|(?<![卸洗装删擦弄清打扫])干净|顺(?:畅|滑)?|流畅|快|正常|(?<![插接装换放摆备开办填登充设配领拿写签约定订说谈排弄])好|行|可以|能用|冲上|充上|连上|恢复|降下来|降到\d+度?|稳定?|消失?|识别|认到|出纸|"
    "有(?:声音?|图像?|画面|反应|信号|网络?|电|字|显示|水印?|读数|动静)"
)
_OUT = rf"(?:{_WELL}|弹|出来|启动|转)(?:[了咯啦喇]|[返翻番晒][了啦喇]?)"
"""What shows that it works, once somebody did something about it; by itself it may as well be what is wrong."""
_NOW = "(?:又|就|都|也|已经|现在|这下|那下|自己|自动|居然|竟然|终于|倒|嘿|哈|即刻|马上|立刻|一下子?)"
_GOOD = rf"(?:{_WELL})(?:[了咯啦喇]|[返翻番晒][了啦喇]?)"
_SOUNDS = re.compile("喇叭|音箱|音响|叫号|电话|座机|铃|广播|话筒|耳机|按键|麦|门铃|对讲")
"""What is wrong when it is silent: 音箱不响了."""
_CEASED = (
    r"(?<!还)(?<!也)不(?:卡|闪|响|叫|漏|抖|报|花|黑|滴|热|弹|跳|掉|断|吵|慢|烫|糊|晃|飘|串|停)(?:[了啦咯喇]|错?了)"
)
_BACK = r"(?:亮|通|连|有|好|动|弹)(?:回来?|返|翻|番|晒)(?:[了啦喇晒]|" + _END + ")"
_BY_ITSELF = re.compile(rf"{_NOW}[^，。！？；没不]{{0,3}}?{_GOOD}{_END}|{_BACK}|{_CEASED}{_END}")
"""It works now, and nothing is said of what was done: 现在利索了, 又清楚了, 五楼的亮回来了."""
_BY_HAND = re.compile(
    rf"{_DOES}[^。！？；没]{{0,14}}[，\s就后又]*{_OUT}{_END}|自己[^，。没不]{{0,3}}(?:掏|弄|拿|扯|抽|抠|搞|修|解决|处理)[好出掉完]{{1,2}}来?了"
)
"""What was done, and that it works: 插紧就亮了, 换了根线，冲上了, 自己掏出来了."""
_BY_OTHERS = re.compile(
    "(?:同事|他们?|她|师傅|[小老阿][一-鿿]|阿姨|保安|物业|别人|人家)[^，。！？没不]{0,8}(?:给|帮|替)(?:我们?|忙|咱)?[^，。！？没不]{0,6}"
    "(?:装上|装好|弄好|搞好|修好|换好|换上|接上|接好|清|搞定|解决|弄出来)[了咗啦]"
)
"""Somebody else has done it: 同事拷给我装上了, 阿姨帮我清咗."""
_NOT_OVER = re.compile(
    r"没|[吗呢？?]|怎么|能不能|可不可以|是不是|会不会|什么时候|多久|几时|才|还[是要得有差在会]|但是?|可是|不过|就是(?!说)|只是|一会儿?又|过一?阵|几分钟|有时|偶尔|时好时|经常|老是|总是|每次|"
    r"又(?!好|可以|行了|能|有[声图画信网电反]|通|亮|正常|清|顺|连上|恢复|快|动了|转)|(?<!差)不(?!用|必|管|好意思|需要|要(?:来|派|修|紧)|麻烦|过|卡了|闪了|响了|叫了|漏了|抖了|报了|花了|黑了|滴了|热了|弹了|跳了|掉了|断了|吵了|慢了|烫了|糊了)|"
    r"如果|要是|万一|到时|等[你您师]|希望|帮(?:我|忙|一?下)?(?:看|弄|处理|修|搞|派|叫)(?![好了咗完掉])|请|麻烦(?!你们?了|您了|师傅了)|需要|想"
)
"""What still fails, is asked, hoped for or only half over."""
_WARNS = re.compile("灯|风扇|报警|警报|告警|火|烟|蓝屏|弹窗|广告|白屏|黑屏|坏|感叹号|异常")
"""With these, that something is on or comes back is no good news, or none: 红灯又亮了, 弹窗又出来了, 灯都亮了."""
_CALLED_OFF_ELSE = re.compile(
    "(?:午休|中午|晚上|早上|上班前|下班后?|[时点会])[前后]?(?:就|先)?别|(?:旧的?|原来的?|会议?|培训|活动|演练|权限|账号|可以|预约)[^，。]{0,4}取消"
)
"""Something else was called off, or is to be: 旧的权限取消, 视频会取消了."""
_COURTESY = re.compile("不好意思|没事|没问题|没关系|不要紧|麻烦(?:你们?|您|师傅)了|[哦噢啊嗯]原来")


_LACKED = re.compile(
    "(?:不|没有?|冇|唔)(?P<what>亮|响|转|动|出|通|开|走|认|显示|热|冷|凉|吸|声音?|网|信号|画面|图像?|反应|电|字|光)"
)
_FAILED = re.compile(
    "(?P<what>[连登进刷开读扫传投切接打拨搜识认点按入])(?:不|唔)(?:上去?|开|进去?|出去?|了|通|到|起来|动|别)"
)
_AGAIN = re.compile(
    r"^(?:[哦啊噢嗯喔诶欸咦，,\s]|现在|刚刚?|刚才|自己|它|居然|好像|忽然|突然|又)*"
    "(?:(?P<has>有)[一-鿿]{0,2}?|(?P<does>[一-鿿]{1,2}?)(?:起来|回来|上去?|进去?|去|出来|开|通|到)?)(?:了|咗|啦|喇)"
)
_BUT = re.compile("[又但没不冇唔吗?？]|一下|一会|可是|几秒|还是|才|怎么|再|一直")
_THING = frozenset({"声", "声音", "网", "信号", "画面", "图", "图像", "反应", "电", "字", "光"})
"""What something has, rather than does."""


def came_back(told: str, said: str) -> bool:
    """Whether what was lacking or failed is there again: 不亮 / 亮了 保洁拔了插头, 没声 / 有了有了, 入不了会 / 进去了."""
    found = _AGAIN.match(said)
    if found is None or _BUT.search(said[found.end() :]) or _BUT.search(found[0].replace("又", "")):
        return False
    lacked = {match["what"] for match in _LACKED.finditer(told)}
    failed = {match["what"] for match in _FAILED.finditer(told)}
    if found["has"]:
        return bool(lacked & _THING)
    does = found["does"]
    return does in lacked or does[0] in failed or (does[0] == "进" and "入" in failed)


def settled(said: str) -> Settled | None:
    """Whether a normalised message says that its matter is over (`done`) or that nobody need come (`cancel`)."""
    if _CALL_OFF.search(said) and not _CALLED_OFF_ELSE.search(said):
        return "cancel"
    rest = _COURTESY.sub("", said)
    if _NOT_OVER.search(rest) or _WARNS.search(rest) or (_SOUNDS.search(rest) and re.search("不[响叫]", rest)):
        return None
    return "done" if any(pattern.search(rest) for pattern in (_BY_HAND, _BY_OTHERS, _BY_ITSELF)) else None
