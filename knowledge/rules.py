"""Rules that cross items: extent before device, what is denied, place before thing, what is an emergency.

Each follows a routing rule of the catalogue; the words they use stand in the lexicon.
"""

import re
from collections.abc import Mapping, Sequence

from knowledge.evidence import Claim
from knowledge.model import Book
from knowledge.scan import Hit
from knowledge.weights import Floats

_NOT_X = re.compile(
    r"(?<!是)(?:不是|并非|不是说)(?!.?(?:不|没))([^，。！？；]{1,14}?)(?:坏了?|的问题|问题)?(?=[，。！？；]|而?是|$)"
)
_FINE = re.compile(
    r"([^，。！？；不没无坏断]{0,8})(?:没坏|没有坏|(?<=[机脑屏网箱台器感])没事|没故障|都?是好的|好好的|没问题|没有问题|(?<!不)(?<!未)正常|没毛病)(?!不|吗|么|工作|使用|开)"
)
_WELL = re.compile(
    "没坏|没有坏|没事|没故障|是好的|好好的|没问题|没有问题|正常|没毛病|可以用|能用|能上|可以上|能打|可以打"
)
"""Without one of these nothing is said to work: most messages are spared the search."""
_ABLE = re.compile(r"([^，。！？；不没无坏断]{1,6})(?:可以用|能用|能上|可以上|能打|可以打)(?!了|不|吗)")
_UNHARMED = re.compile(
    r"(?:[也都并还])?[没冇未无不]有?(?:什么|任何|啥)?(?:烫|麻|鼓|胀|膨|冒|焦|糊|烧|着火|起火|火花|进水|漏水|漏电|流[到进]|滴[到进]|溅|洒|泼|异味|焦味|闻到|电到|裂|见到?[水烟火])[^，。！？；但却]{0,6}"
    r"|(?:[里那]面)?(?:[没冇无]有?人|人[没冇无]有?)(?:[在喺]?[里那]面|被?困|受伤|伤到)(?!出不来|的声音)"
)
"""Danger that is denied: "外壳没有鼓起来", "没有人在里面"."""
_OTHERS = re.compile(r"隔壁|别人|别的|其他|其它|同事|旁边|对面")
_BROKEN = re.compile("(?<![没不])坏|失灵|不灵|不好使|断了|裂了|摔")
_USED_UP = re.compile("硒鼓|墨|粉|色带|碳带|纸|电池|跳线|网线|鼓|耗材|灯泡")
_COOLS = re.compile("空调|冷气|暖气|中央空调|风机盘管")
_OFFICE = re.compile(r"办公|会议|大厅|科室?|走廊|食堂|宿舍|接待|值班|房间|厕所|洗手间|(?<![a-z\d])[a-h]?\d{3,4}(?!\d)")
_MACHINES = re.compile("机房|精密|弱电|服务器|配电|机柜|ups|电池|主机|告警|代码|e\\d")
_CUT = re.compile("停电|断电")
_AHEAD = re.compile(
    "[周月日号明后晚朝听下初点时前]|星期|礼拜|计划|通知|告[知示]|检修|配合|报备|演练|预|准备|安排|[要函]|定于|施工|改造|短信|方案|申请|那天|关[机闭]|熄|登记|收到|说|话"
)
"""When power will be cut, who says so, or what is wanted then."""
NOW = 3.0
"""What speaks against a cut that is planned when nothing says when, or that anybody plans it."""
COMFORT = 2.0
"""What speaks for the building's caretaker when an office is too warm."""
MENDED = 0.6
"""What speaks against a consumable when something that is not one is broken."""
_SILENT = re.compile(
    "(?:台式机?|笔记本|手提|本本|电脑|部机|机器)(?:电脑)?的?(?:又|都|一点|完全|突然|就)*(?:冇声|无声|没有?声)"
)
_DEAD = re.compile("[开按启孩]|女儿|儿子|家里|风扇|嗡|转|亮|动静|反应|灯|电源|通电|会议|会场")
"""What it is about instead: starting it, or whose it is."""
SILENCE = 2.0
"""What speaks for the sound of a computer that has none."""
_COUNT_MANY, _COUNT_SOME = 10, 3
_SAYS = re.compile(
    r"[\s，。！？了啊呀的我这那台部个又老是总一直现在今天刚刚突然早上下午怎么办呢吗麻烦请帮忙看下一下看看急]+"
)
_SIGN = "(?:冒烟|着火|起火|失火|烧焦|焦味|糊味|鼓包|漏电|触电|漏液|进水|爆炸)"
_TALK = re.compile(
    r"演练|(?<!不是)演习|如果|万一|假如|怎么预防|(?<!不是)误报|什么样子|以后好知道|(?:怎么|如何|怎样)(?:避免|预防|防止|理赔)"
    rf"|{_SIGN}[^，。；]{{0,2}}的话|要是[^，。；]{{0,8}}{_SIGN}[^，。；]{{0,2}}应该"
    r"|测试(?:烟感|警铃|消防|声光|报警)|(?:烟感|消防|警铃|报警)测试"
)
_MOOD = re.compile(
    r"(?:气|急|忙|累|烦|吵|催)[得到死](?:我|人|大家|我们)?(?:都|快|要|就|头顶|嗓子)*(?:冒[火烟]|着火|起火|爆炸|炸)"
    r"|[我他她](?:们|主任|科长|领导)?(?:都|真|快|就|简直)*要(?:爆炸|炸)|[得到]要(?:爆炸|炸)|水深火热|等[得到].{0,4}要(?:晕倒|昏倒)"
    r"|[得到](?:我|人)(?:头顶|都|想|要|快|就)*(?:爆炸|着火|冒烟|出烟|炸)|我头(?:都|快|要)*炸|(?<![插灯探镜接喷])头(?:都|快)?要炸"
    r"|发火(?!花|苗|星)|(?:显示器|屏幕?|画面|投影|指示灯|颜色|风扇|空调)[^，。；]{0,10}像(?:是|要)*(?:着了?火|起火|爆炸|烟雾|烧焦的?(?:纸|照片|树叶|颜色|样子?))"
    r"|(?:脑袋|脑壳|喉咙|嗓子|鼻子|屁股|(?:^|(?<=[我你他她到得起]))头(?=[都快要就]))(?:都|快|要|就)*(?:冒[火烟]|喷火|着火)|辣[得到](?:人|我)?(?:都|快|要)*(?:冒[火烟]|喷火)"
    r"|爆炸(?=开心|好吃|[累忙]|形状?|效果|贴纸?$|图形|图标)|(?:会议|开会|工作|材料)困住|(?:困[得到])?眼皮(?:在|都)?打架"
    r"|触电(?=影|视|急救|培训|教育|知识|常识|那一|制度|预案|的?牌)|(?:防|当心|小心|防止|预防)触电|漏电保护"
    r"|(?:火灾|火警|防火|救火|触电|漏电|爆炸)(?:统计|数据|页面|报表|警示|教育|那种|培训|课|知识|宣传|隐患|急救|片|案例)"
    r"|快[要把被]*[^，。；]{0,8}[得到]冒烟|冒烟了?哈哈|[对聚]不?[了上到]?[^，。；]{0,2}焦|[下落]了?[一整]?[晚天夜日]?的?[大暴小阵]?雨(?![^，。；]{0,6}[进漏淋滴渗灌])"
    r"|(?:怕|担心|以防|防止|避免|会不会|以为)[^，。；]{0,6}(?:着火|起火|失火|漏电|触电|爆炸|鼓包|冒烟|砸人?)"
    r"|看[得到]?(?:人|我|大家)?(?:都|有点)?(?:头晕|眼晕|眼花|晕)"
    r"|(?:没有?|无)人[^，。；]{0,2}被?(?:困|锁|关)|电麻烦|将在[^，。；]{0,6}爆炸"
    r"|(?:新闻|电视剧|课件|段子|朋友圈|抖音)[^。；]{0,20}(?:着火|起火|失火|爆炸|触电)|(?:着火|起火|爆炸)的(?:视频|新闻)"
    r"|(?:去年|上次|之前|以前|上个?月)[^，。；]{0,4}(?:着火|起火|冒烟|进水|漏水|浸水|被淹|烧)过?的?那[间台个部次]"
    r"|(?:就[有到]|要[交用]|开会|没保存|[急慢]死)[^，。；人]{0,10}[，！\s]*(?:救命[啊呀！]*)+$"
    r"|困在[^，。；]{0,6}(?:界面|等候|弹窗|流程|页面|登录|广告|账号|审批|软件|网页)"
    r"|(?:wps|word|excel|ppt|dhcp|dns|系统|网络?|软件|平台|微信|群|服务器|数据库|叫号机|电脑|程序|页面|后台|服务)(?:又|都|全|直接|彻底|就)*炸(?:了|掉)?"
)
"""Danger that is a way of speaking, or what a film, a course or a report is about: 急得着火, 屏幕红得像着火, WPS又炸了.
Each takes away its own words only, and none may be a part of what is said in earnest (着火大家快来, 上火花, 插头都炸了)."""
_BUMPED = re.compile("^(?!.*[鼓胀涨膨]).*[摔磕砸]")
"""A casing that stands open after a fall tells nothing of the battery."""
_POWERED = re.compile("插座|插排|排插|插头|拖板|线槽|强电|配电|机柜|服务器|交换机|主机|电源")
_WASHROOM = re.compile("厕|洗手间|卫生间|茶水间|洗手盆|水龙头|马桶|便池")
_DRY = re.compile("[没未]有?(?:碰|沾|溅|滴|淋|流|弄|浸)到(?:设备|电脑|机器|插座|电源|电线|机柜)")


def denied(said: str) -> list[tuple[int, int]]:
    """Spans of a message that are said not to be the case: "打印机没坏", "不是没网，是…", "内网正常"."""
    spans: list[tuple[int, int]] = []
    for found in _NOT_X.finditer(said):
        if "是不是" not in said[max(0, found.start() - 1) : found.start() + 3]:
            spans += _everywhere(said, found.group(1))
    spans += [found.span() for found in _UNHARMED.finditer(said)]
    for pattern in (_FINE, _ABLE) if _WELL.search(said) else ():
        for found in pattern.finditer(said):
            if found.group(1):
                others = _OTHERS.search(said, found.start(), found.end())
                spans.append((others.start() if others else found.start(), found.end()))
    return spans


def _everywhere(said: str, what: str) -> list[tuple[int, int]]:
    """What is denied once was not meant before either: "打印机扫不了，不是打印机，是扫描仪"."""
    return [match.span() for match in re.finditer(re.escape(what), said)]


def extent(signs: set[str], count: int | None) -> set[str]:
    """The signs, with the count of people or machines read as extent (ten or more: a floor; three or more: a few)."""
    if "alone" in signs:
        return signs - {"impact1", "impact2", "impact3"}
    if "everyone" in signs and not signs & {"impact1", "impact2", "impact3"}:
        return signs | {"impact1"}
    if count is not None and count >= _COUNT_MANY:
        return signs | {"impact2"}
    if count is not None and count >= _COUNT_SOME:
        return signs | {"impact3"}
    return signs


def lean(scores: Floats, at: Mapping[str, int], said: str, signs: set[str]) -> None:
    """Move the scores by what is broken and by extent.

    A device that is broken is mended, also when its owner would rather have another (键盘坏了，换一个): only what is used up
    is a consumable (rule 8). What cools an office is the building's matter, not a machine room's (rule 5). Power
    that is cut without a word of when or who plans it is cut now. A computer without sound is one that plays none, where
    nothing is said of starting it. Many without a network are a line's or a switch's matter, not a computer's (rule 1).
    """
    if _BROKEN.search(said) and not used_up(said) and "consumables" in at:
        scores[at["consumables"]] -= MENDED
    if _CUT.search(said) and not _AHEAD.search(said) and "planned-outage" in at:
        scores[at["planned-outage"]] -= NOW
    if _COOLS.search(said) and _OFFICE.search(said) and not _MACHINES.search(said) and "R4" in at:
        scores[at["R4"]] += COMFORT
    if _SILENT.search(said) and not _DEAD.search(said) and "peri-audio" in at:
        scores[at["peri-audio"]] += SILENCE
    wide = 1 if "impact1" in signs else 2 if "impact2" in signs else 0
    if not wide:
        return
    for about, slugs in WIDE:
        if about in signs:
            for slug, by in slugs[wide]:
                if slug in at:
                    scores[at[slug]] += by


WIDE: tuple[tuple[str, dict[int, tuple[tuple[str, float], ...]]], ...] = (
    (
        "network",
        {
            1: (("net-all-fail", -0.5), ("wan-internet-down", 0.3)),
            2: (("net-all-fail", -0.5), ("lan-area-down", 0.3)),
        },
    ),
    ("phone", {1: (("phone-no-dialtone", -0.3),), 2: (("phone-no-dialtone", -0.3), ("pbx-board-batch", 0.2))}),
)
"""Sign → extent (1: a whole unit, 2: a floor or section) → what it speaks for and against."""


_LIQUID = "(?:水(?![晶印平准泥])|茶|咖啡|可乐|饮料|豆浆|汤|雨)"
_PLUG = "(?:排插|插排|插板|拖板|拖线板|线板|插座|插头|电线|空开|电闸|充电器|充电宝|适配器|变压器)"
DANGER: dict[str, re.Pattern[str]] = {
    "fire": re.compile(
        r"冒.{0,3}烟|(?:出|起|有|着|见到?|看到|闻到|飘|股|阵|多|大|浓|白|黑)了?[点些]?烟(?![感草温台民头囱])"
        r"|(?:焦|糊|煳|燶|烧|塑料|胶|呛|刺鼻).{0,3}味"
        r"|(?:着|起|冒|烧)[了咗紧]?火(?![车锅急狐绒墙大速箭爆])|火(?:苗|光|星)|烧(?:着|起来|红了|熔|化了|穿)"
        r"|(?:被|俾).{0,3}电[了咗]?(?:到|一下|手|人|亲)|(?:摸|碰|掂).{0,8}(?:发麻|麻[手麻了]|有电|电到|带电)|[摸碰掂拿][^，。；]{0,8}(?:就|会|有[点啲些]?|好|手)麻(?!烦|利)"
        rf"|{_PLUG}[^，。；]{{0,8}}(?:烫手|辣手|滚烫|烫得|烫到|烧[黑化融熔焦坏]|[软化黑]了)"
        r"|(?:电源线|电线|充电线|插头|拖板|插座)[^，。；]{0,6}(?:破皮|露铜|露出铜|铜[丝线芯]露)|[机壳线箱柜门台板]电人(?![员事工])|冒[咽淹焉]|火星|(?:闪|喷|冒).{0,3}火(?![墙狐绒])"
        r"|(?:有人|群众|同事|阿姨|师傅|老人)[^，。；]{0,8}(?:跳楼|自杀|自残|持刀|拿刀|拿着刀|晕|昏|倒地|倒下|吐血|抽搐|没呼吸|不省)|(?:人|他|她|同事|师傅)[^，。；]{0,8}躺在?地上|短路[^，。；]{0,4}[火光烟]|冒[蓝白]光"
        r"|[嘭砰](?:的|地)?一声|啪的?一声[^。；]{0,10}[味烟火臭黑]|(?:煤气|燃气|瓦斯)[^，。；]{0,3}[味泄漏]"
        r"|(?:(?:要|用)不(?:要|用))?(?:打|叫|拨|报)(?:过|了|一下|打)?\s*(?:11[09]|120)(?!\d|\s*[多几余]?[个份张台名位次通项套条元块])"
    ),
    "water": re.compile(
        rf"漏[到进在落].{{0,3}}(?:配电|插|电|机柜|服务器|交换机|ups|设备|主机)|{_LIQUID}.{{0,6}}(?:倒|洒|泼|淋|滴|浸|泡|流|灌|溅|渗|漫|浇|喷|打翻|弄翻)|(?:打翻|弄翻|倒翻|泼|洒|溅|淋).{{0,6}}{_LIQUID}"
    ),
    "swollen": re.compile(r"(?:鼓|涨|胀|膨|凸|拱)[得到咗了]?.{0,2}(?:起|出|开|包|大|高|成|裂|变形|圆)|(?:底|盖|壳|面(?!板)).{0,4}(?:顶|撑|拱|翘)[起开了到]"),
    "trapped": re.compile(
        r"(?:人|同事|阿姨|师傅|科长|主任|我们?|小孩|群众).{0,8}(?:困|锁|关|反锁|夹|卡)[在喺咗住到进入].{0,6}(?:里|入面|房|室|间|梯|门|出不|出唔)"
        r"|(?:困|锁|关|反锁|夹)[在喺咗住到].{0,8}(?:房|室|间|梯|里面|里头|入面).{0,8}(?:出不[来去]|出唔|人|救)"
        r"|门[^。；]{0,8}(?:打不开|不开|开不了|出不)[^。；]{0,8}(?:他|她|我|人|同事)[^。；]{0,3}在里[头面]"
        r"|(?:电梯|货梯).{0,6}(?:停|卡|坏|不动).{0,4}(?:我们?|人|同事)(?:还|都)?[在喺](?:里|入)"
    ),
    "falling": re.compile(
        r"(?:吊|架|天花|挂|投影|电视|大屏|灯|音箱|幕布|摄像头|ap|外机)[^。；]{0,8}(?:松|快掉|要掉|掉下来?|斜挂|悬|吊着|快?砸|塌|快倒)"
        r"[^。；]{0,12}(?:人头|头上|头顶|坐着?了?人|坐[着满]|行人|人行道|砸|站着?人)"
        r"|(?:差点|险些|几乎|快要?)砸(?!电脑|键盘|手机|了)|砸到[了咗]?(?:人|同事|群众|头|我)|摇摇欲坠"
    ),
}  # fmt: skip
"""How danger is told in more ways than a list of words holds: also of what hangs over people and comes down. What explains it away still does."""
KINDS = ("fire", "water", "swollen", "trapped", "smoke_alarm", "fire_alarm")
"""The kinds of emergency that words of the lexicon tell of."""
_SOME_DANGER = re.compile(
    "[漏烟味火烧麻水茶咖乐料浆汤雨鼓涨胀膨凸拱顶撑翘困锁关夹砸坠铜烫辣滚煤燃瓦嘭砰啪咽淹焉]|[松掉悬吊塌斜].*人|电梯|货梯|电人|跳楼|自杀|自残|刀|晕|昏|倒地|倒下|吐血|抽搐|没呼吸|不省|躺|短路|11[09]|120|冒[蓝白]|[被俾].{0,3}电|有电|电到|带电"
)
"""Without one of these no pattern of danger can match: most messages are spared the search."""
_WISH = re.compile(
    "帮|想(?!起|到|不)|(?<![主重只就])要(?!用|是|么|不|求)|能不能|能否|能唔能|可不可以|可否|可唔可以|申请|借(?!用?[来了]?的)|装(?!修|了|好|完|饰)|开[通个一]|加[个一装]"
    "|需要|麻烦|(?<![邀聘宴])请(?!假|了|的|客)|领(?!导|带)|换(?!了|成|过|的|[^，。]{1,5}[也都])|求|拜托|唔该|吗|怎么|如何|希望|安排|送|批|建议|投诉|表扬|点赞|查|调[取阅出]|培训|搬(?!了|完|好|过[来了]|[下上进]来)"
)
_POLITE = re.compile(
    "谢谢|多谢|感谢|谢啦|谢了|辛苦|关照|再见|拜拜|回头聊|下次再|祝您?你?们?|快乐|节日|周末愉快|没别的事|没什么事|没有故障|没什么要|冇嘢|冇事"
)
_DELIGHT = re.compile(
    "(?:真|太|好|挺|超|蛮|几|很|贼|更)(?:好用|好使|好睇|好看|清楚|清晰|顺手|顺滑|舒服|争气|给力|漂亮|方便|靓|爽|安静)|手感|颜值|绝绝子|yyds|真香"
    "|杠杠的|飞快|真快|快得飞起|(?:快|清楚|顺|舒服|好用|安静|方便|好)(?:得多|多了|好多)|省心|争气|给力|爱了|点赞|治愈|终于(?:凉快|清静)"
)
_TITLE = re.compile(
    r"(?:附件\d|关于|【|\d{2,4}年?度?|[一二三四上下]?[季半]年?度?)?[^，。！？；\s]{2,30}?"
    r"(?:名单|计划|方案|[盘统登分汇]\w{1,3}表|议程|纪要|[终定初]稿|意见稿|通知|公告|通报|函|细则|(?:管理|实施|暂行)办法)(?:[(（][^)）]{1,8}[)）])?(?:[vV]?\d{1,2})?(?:[.。](?:pdf|docx?|xlsx?|pptx?|ofd|wps|et|zip|rar))?"
)
"""The name of a document and no more: 关于开展清查工作的通知.pdf, 三季度固定资产盘点表."""
_FILE = re.compile("[.。][a-z]{2,4}$|稿[）)]?$")
_TROUBLE = re.compile(
    "[坏没不冇唔卡慢断掉死黑花糊闪响漏错失败]|异常|故障|但|可是|可惜|就是|[报修]|换(?!了|过|成|的)|帮|[吗么？?]|要|想|借|装(?!了|好|的)|又|还是|突然|老是|总是|隔壁|旁边|别人|同事|对方|人家"
)
_WORRY = re.compile("怕|担心|以防|防止|避免|预防|会不会|以为|去年|上次|上个?月|之前|以前|人|机房|室")
"""What somebody ought to read, though nothing burns."""
_SOMEBODY = re.compile(
    "[人我他她谁员工长客哥姐姨叔伯妈友嫂仔妹孩婆爷奶们个位名困锁夹关]|学生|群众|[老小](?=[一-鿿])|同事|领导|师傅|电梯|拍门|出不|出唔|出冇|出来"
)
_ALARMING = re.compile(
    "[烟淹味火烧麻水茶咖乐料浆汤雨鼓谷肿涨胀膨凸拱顶撑翘困锁关夹卡爆炸焦糊烫臭熏晕昏漏煳燶裂熔湿腐血伤救砸摔倒抽警出]|消防|声光|发红|[触漏带来有被]电|电[到了手死伤]"
    "|端子|吊|坠|松|掉下|撤离|软|胖|股包|液|滴|water|drip|leak|打[架人]|被打|(?<!\\d)(?:11[09]|120)(?!\\d)|刀|aed|smoke|fire|burn|trapped|coffee"
)
_UNHURT = re.compile("[没冇未无]有?(?:被|人)?(?:摔|磕|撞|砸|压|碰|掉)[过到着]?")
_AWAY = re.compile(r"(?:[没冇无未]|(?<!会)不)有?.{0,2}$|[抽吸戒禁香二手]$")
_DENIED = re.compile("[没冇未无]有?(?:什么|啥|任何|再)?$")
_ONCE = re.compile(r"[冒出起着烧漏进泡淹鼓胀涨]过[^，。！？；]{0,4}[烟火水味]?")
_OVER = re.compile("(?:拉|搬|拿|收|运)走|换[了掉好]|修好|处理[好完过]|没事了|报废|解决|恢复|好了|正常了")
_SETTLED = re.compile(
    rf"(?:之前|上次|上回|那次|我?报的那|上周|上个?月|上星期|前几天|前天|去年)[^，。；]{{0,6}}(?:{_SIGN}|漏水)"
    r".{0,12}(?:(?:拉|搬|拿|收)走|已经?换|换[了掉好新]|修好|处理[好完]|送修|拆下|有结果|没事了|解决了|恢复了?|点赞|表扬|关了?没|到了没)"
    r"(?!.*(?:冒|着火|起火|烧|焦|糊|鼓|胀|漏|电到|触电))"
)
"""What was a danger some time ago and has been settled, with no sign of any after that: "那台冒过烟的旧主机上周就拉走了"."""


def _happens(pattern: re.Pattern[str], said: str, harmless: Sequence[tuple[int, int]]) -> bool:
    """Whether the pattern is in the message and neither denied right before nor covered by a harmless word."""
    for match in pattern.finditer(said):
        covered = any(a < match.end() and match.start() < b for a, b in harmless)
        if not covered and not _AWAY.search(said[: match.start()]) and not re.search("[没冇未]", match[0]):
            return True
    return False


def emergency(found: Mapping[str, Sequence[Hit[Claim]]], said: str) -> set[str]:
    """The kinds of emergency in a message: fire, water, swollen, trapped, smoke_alarm, fire_alarm. Empty: none.

    Words that explain a sign away ("忙得冒烟", "水印") cover it; water needs something powered, swelling a battery.
    """
    told = _SOME_DANGER.search(said)
    if not told and not any(kind in found for kind in KINDS):
        return set()
    harmless = [(h.start, h.end) for h in found.get("harmless", ())]
    harmless += [match.span() for match in _MOOD.finditer(said)]
    kinds: set[str] = set()
    for kind in KINDS:
        for hit in found.get(kind, ()):
            if any(a < hit.end and hit.start < b and b - a >= hit.end - hit.start for a, b in harmless):
                continue
            if not _DENIED.search(said[: hit.start]):
                kinds.add(kind)
    if told:
        kinds |= {kind for kind, pattern in DANGER.items() if _happens(pattern, said, harmless)}
    if not kinds or explained(said):
        return set()
    if re.search(r"群.{0,3}炸|心态.{0,2}炸|气炸|肺.{0,2}炸", said) and len(found.get("fire", ())) == 1:
        kinds.discard("fire")
    if "water" in kinds and drips(said):
        kinds.discard("water")
    if "water" in kinds and (
        not found.get("water_needs") or (_DRY.search(said) and not _POWERED.search(_DRY.sub("", said)))
    ):
        kinds.discard("water")
    if "swollen" in kinds and (not found.get("battery_needs") or _BUMPED.search(said)):
        kinds.discard("swollen")
    if (
        "trapped" in kinds
        and re.search(r"文件|纸|资料|U盘|光盘|钥匙", said)
        and not re.search(r"人|同事|师傅|我", said)
    ):
        kinds.discard("trapped")
    return kinds


def explained(said: str) -> bool:
    """Whether danger is only talked about: a drill, a what-if, a false alarm, or one that is over."""
    over = _ONCE.search(said) and _OVER.search(said)
    return bool(over or _TALK.search(said) or _SETTLED.search(said))


def figurative(said: str) -> bool:
    """Whether the only danger in a message is a way of speaking, or what something is about."""
    rest = _MOOD.sub("", said)
    return rest != said and not alarming(rest)


def mere_talk(said: str) -> bool:
    """Whether a message only speaks as of danger, and worries about none: 辣到喷火, not 担心机房会着火."""
    return figurative(said) and not _WORRY.search(said)


def wished(said: str) -> bool:
    """Whether a message wants something, by any word of wishing or asking."""
    return bool(_WISH.search(said))


def used_up(said: str) -> bool:
    """Whether a message names something that is used up: ink, paper, a battery, a cable."""
    return bool(_USED_UP.search(said))


def delighted(said: str) -> bool:
    """Whether a message is pleased with something, and says of nothing that is wrong or wanted: 新换的鼠标太好用了."""
    return bool(_DELIGHT.search(said)) and not _TROUBLE.search(said)


def titled(said: str) -> bool:
    """Whether a message is the name of a document, and says of nothing that is wrong or wanted: 附件2 联系人名单."""
    named = _TITLE.fullmatch(said) and not _TROUBLE.search(said.replace("纪要", ""))
    return bool(named) and (_FILE.search(said) is not None or not wished(said))


def somebody(said: str) -> bool:
    """Whether a message tells of a person, or of what holds one: without it nobody is trapped (服务都在里面)."""
    return bool(_SOMEBODY.search(said))


def polite(said: str) -> bool:
    """Whether a message is courteous: thanks, good-bye, a wish, good neighbourhood."""
    return bool(_POLITE.search(said))


def alarming(said: str) -> bool:
    """Whether a message has anything at all that danger is told with; without it nothing learned makes an emergency."""
    return bool(_ALARMING.search(_UNHURT.sub("", said)))


def drips(said: str) -> bool:
    """Whether what leaks is the plumbing of a washroom, with nothing powered near: the building's matter (rule 5)."""
    return bool(_WASHROOM.search(said)) and not _POWERED.search(said) and not _MACHINES.search(said)


SAFETY_LEAVES: tuple[tuple[str, str | None, str], ...] = (
    ("fire_alarm", None, "fire-alarm-active"),
    ("smoke_alarm", None, "env-smoke-alarm"),
    ("trapped", None, "door-trapped"),
    ("swollen", "laptop", "laptop-battery-swollen"),
    ("swollen", "office-ups", "oups-battery-swollen"),
    ("swollen", "ups-battery", "ups-battery-leak"),
    ("fire", "ups-battery", "ups-battery-leak"),
    ("fire", "power-distribution", "pwr-overheat"),
    ("fire", "desktop-pc", "pc-burning-smell"),
    ("water", "weak-current-room", "wcr-water"),
    ("water", "laptop", "laptop-liquid"),
)
"""Kind of emergency, the item it concerns (None: any), the leaf."""
PLACE_LEAVES: tuple[tuple[str, str, str], ...] = (
    ("fire", "room", "fire-alarm-active"),
    ("water", "closet", "wcr-water"),
    ("water", "room", "room-water-ingress"),
)
"""Kind of emergency, the place it happens in, the leaf."""


def safety_leaf(book: Book, nouns: Mapping[str, str], kinds: set[str], signs: set[str]) -> str | None:
    """The safety fault an emergency is by its kind, device and place, where the catalogue has one; None otherwise."""
    for kind, item, leaf in SAFETY_LEAVES:
        if kind in kinds and leaf in book.faults and (item is None or item in nouns):
            return leaf
    for kind, sign, leaf in PLACE_LEAVES:
        if kind in kinds and sign in signs and leaf in book.faults:
            return leaf
    return None


def fits(slug: str, kinds: set[str]) -> bool:
    """Whether a safety fault can be what an emergency of these kinds is: not when the table gives it to another kind."""
    own = {kind for kind, _, leaf in (*SAFETY_LEAVES, *PLACE_LEAVES) if leaf == slug}
    return not own or not kinds or bool(own & kinds)


def independent(book: Book, slug: str, others: Sequence[str], *, alike: bool = False) -> bool:
    """Whether a fault can be another matter than those found: of another item, or `alike` of the same one, and not in the
    same symptom group.
    """
    item = book.faults[slug].item
    for other in others:
        if slug == other or (book.faults[other].item == item and not alike):
            return False
        if any(slug in group.faults and other in group.faults for group in book.symptom_groups.values()):
            return False
    return True


def says_more(said: str, word: str) -> bool:
    """Whether a message says noticeably more than one bare wording (fillers, time and courtesy do not count)."""
    return len(_SAYS.sub("", said.replace(word, "", 1))) > 1
