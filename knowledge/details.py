"""Messages that say nothing of what is broken: only where, when, who, how many, or that it is urgent.

People send these after a report ("下午在", "四楼综合科", "一共六台", "找陈工", "快来"). Taken for reports by themselves, their few
characters would look like one fault or another. What stands here is grammar, not vocabulary of faults: a message is a
detail when nothing is left of it once places, times, numbers, people, presence and haste are taken out.
"""

import re

_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金戴贾韦夏邱方侯邹熊孟秦"
    "江阎薛尹段雷黎史陶贺顾毛郝龚邵万钱严赖覃洪莫孔欧温区岑冼麦简关伍招霍]"
)
_ENDS = "(?=分机|内线|电话|手机|座机|短号|[^一-鿿]|$)"
_NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十两几半百]{1,4})"
_TIME = (
    r"(?:今|明|后|大后|昨|前|当|白)[天日晚早]|今晚|下?下?个?(?:周|星期|礼拜)[一二三四五六日天末]|这?两天|上午|下午|中午|早上|晚上|傍晚|凌晨|午休|午饭|"
    r"现在|刚刚|刚才|目前|等[下会]儿?|待会儿?|一会儿?|一直|随时|全天|整天|之?前|之?后|以后|左右|大概|大约|差不多|最好|"
    rf"{_NUMBER}[点时](?:半|整|{_NUMBER}分?|钟)?|{_NUMBER}个?(?:小时|钟头|分钟|月|礼拜|星期|周|天)|{_NUMBER}月{_NUMBER}[号日]|{_NUMBER}[号日]|"
    r"上班|下班|(?:就|才)?开始的?|开会(?:用|要用|前)?|会前|午后"
)
_WHERE = (
    r"[a-h]?-?\d{1,4}(?:室|房间?|号房?|楼|层|栋|座|窗口?)?|[一二三四五六七八九十负首顶]{1,3}(?:楼|层)|[a-h\d东南西北前后主副新旧老]{1,2}(?:栋|座|楼|门|区)|"
    r"(?:(?![时空期一])[一-鿿]){1,3}(?:室|间|厅|房)(?![不没内外])|办公[室区楼]|[大小]?会议室|(?:受理|办事|服务|综合|业务|咨询|出件)窗口?|资料室|档案室|财务[室科处]?|文印室|值班室|传达室|大厅|大堂|走廊|窗口|前台|(?:安检|出入|路|巷|道|入|出|南|北|东|西)口|大?门口|大门|楼梯|电梯口|"
    r"(?:(?![不没坏])[一-鿿]){1,4}(?:科室?|[处股局委]办?|办(?=[\s，。\d一二三四五六七八九十]|$)|[庭馆所站院队](?=[\s，。\d一二三四五六七八九十]|$)|中心|部门|单位|库房|会务组|专班|[办班]组)(?!理|方|长)|老地方|原来(?:的|那个)?(?:地方|位置|房间)|原地|地址|位置|地点|地方|现场|"
    r"这里|那里|这边|那边|里面|里边|外面|外边|旁边|对面|隔壁|左手?边|右手?边|左面|右面|中间|角落|靠(?:窗|门|墙|里|外)|进门|尽头|"
    r"[红黄蓝绿黑白灰]色?的?那[个台部间]|红十字会|工会|妇联|残联|[一-鿿]{0,2}协会|居委会?|村委会?|会务组|专班|[一-鿿]{2}分局|电梯出[来嚟]?|(?:出[来嚟])?(?:往|向)?[左右](?:转|拐)|直走|走到底|拐角|(?:综合|受理|业务)(?:\d{1,2}|[一二三四五六七八九十])号?窗口?|[东西南北主副]塔|[东西南北]座|办[公事]点|办事处|分部|院区|园区|(?:越秀|海珠|荔湾|天河|白云|黄埔|番禺|花都|南沙|从化|增城)区|[那这][一]?[层边间头栋]|(?:[一二三四五六七八九十]|\d{1,2})号?(?:综合|受理|业务)?窗口?|"
    r"(?:(?![不没坏])[一-鿿]){0,4}[局委厅院司处科区市县街镇]办|"
    r"房号|门牌号?|房间号|第?[一二三四五六七八九十\d]{1,2}(?:个|间|排|张|号)|工位|座位|位子|桌子?|柜台"
)
_WHO = (
    r"我(?:是|系|在|喺)?(?:搞|做)?(?:清洁|保洁|卫生|保安|门卫|值班|看门|前台|窗口)(?:的|嘅|员)?(?![一-鿿])|(?<![一-鿿a-z\d])[老阿](?![板师式旧化是样实])[一-鿿](?![一-鿿a-z\d])|(?:找|叫|问|联系|我?姓|我叫|我是)?[小老]?[一-鿿](?:工|姐|哥|科长?|处长?|主任|老师|师傅|经理|先生|女士|小姐|阿姨|同志)|"
    r"(?:我姓|姓|我叫|名字叫|叫(?!号)做?|联系人是?|找小|找老)[一-鿿]{1,3}|联系人|联系(?:我|电话|方式|号码)|本人|同事|我?的?(?:手机|电话|座机|分机|内线|短号|工号|号码)号?|"
    rf"(?:(?<![一-鿿])|(?<=[组科处办股队心室局院部])){_SURNAME}{_ENDS}|"
    rf"{_SURNAME}(?:局|处|科|主任|总|部|院|厅|书记|队|所|站)长?(?:的?(?:办公室|房间?|那[边里间]))?|"
    rf"{_SURNAME}(?:生|姑娘|太)|阿[一-鿿](?![一-鿿])|(?:帮|替|代|同)(?:我们?|你们?)?[一-鿿]{{0,4}}(?:处长|局长|科长|主任|领导|同事|秘书|阿姨|老师|他们?|她|人)(?:报|问|说|反映)(?:一[个下]|[一个下点])?|"
    r"资产(?:编号|号|标签)?[是为:：]{0,2}[a-z]{0,6}[-\da-z]{3,20}|(?:打|加|发)?微信(?:语音|电话)?(?:就[行得好]|都?得|联系)?|"
    r"(?:值班|管理|联络|经办|接待|窗口|值守|技术|行政|办事|工作)(?:员|人员|人)|文员|内勤|秘书|司机|辅警|社工|志愿者|负责人|"
    r"(?:小(?![时板屏票机])[一-鿿]|老"
    + _SURNAME
    + r")(?![一-鿿])|领导|书记|(?:[一-鿿]{1,2})?[局处科队班组所站院馆]长|保安|门卫|转\s?\d{1,5}|打(?:我|给我)|\d{5,}|\d{3,4}-?\d{4}"
)
_CONTACT = (
    r"后勤|总务|(?:先)?留[个下一]{0,2}(?:电话|手机|号码|联系方式)|(?:[一-鿿]{1,3}\s*)?(?:联系)?(?:电话|分机|内线|短号|座机|手机|手提)(?:号码?)?[是为：:\s]{0,2}\d{3,}(?:-\d{3,})?(?:\s*转\s*\d{1,5})?"
    r"|(?:有事|可以|请|麻烦|手机没信号|没信号)?[，\s]*(?:打|拨|致电)(?:这个|我的?|下面)?(?:电话|手机|座机|分机|短号|号码)|对讲(?:机)?(?:找我|也行)?"
)
"""How somebody is reached: 杨 分机6206, 打这个电话82220905."""
_PRESENT = (
    r"(?:我|人|大家|有人|都有人|一直)?(?:都|会|就)?[在喺](?:的|场|这|那|线)?|有人|没人在?|有空|方便|(?:可以|能|请|直接|记得)?(?:过来|上来|上门|来|嚟)(?:一下|看看|吧)?|等(?:你们?|着|您|候)?|"
    r"人(?:都|已经)*(?:出来|出去|撤离?|疏散|走)(?:了|光)*"
)
_HASTE = (
    r"不急|没事|尽快|赶紧|赶快|赶时间|抓紧|马上|立刻|快[点些啲]?|(?:好|很|太|非常|十分|特别|比较|有点|挺)?(?:急|着急)(?:用|死人?|的|啊)?|急急+|在线等|麻烦|拜托|"
    r"谢谢|辛苦|多谢|唔该|不好意思|请|帮[忙我]?"
)
_AMOUNT = rf"(?:一共|总共|共|就|大约|只有?|有|要|还有?|差)?{_NUMBER}多?(?:台|部|个|只|人|位|间|张|块|条|支|把|套|份|路|名|箱|盒|包)(?:人|同事|电脑)?(?:就?(?:行|够|可以|好)了?)?|够了|就(?:行|好|可以)"
_MAKE = (
    r"(?:惠普|佳能|爱普生|联想|戴尔|华为|华三|锐捷|海康|大华|理光|京瓷|施乐|奔图|得力|科密|东芝|夏普|柯尼卡|美能达|同方|浪潮|曙光|明基|飞利浦|罗技|"
    r"(?<![a-z])(?:hp|epson|dell|canon|brother|ricoh|aoc|h3c)(?![a-z]))(?:的|牌|牌子)?"
)
"""Whose make it is: 那台惠普 tells which one."""
_LITTLE = (
    r"我?[说讲指]的?(?:就)?是|我们?|你们?|您|他们?|她们?|它们?|咱们?|大家|这[个台部间些]?|那[个台部间些]?|的|了|吧|啊|呢|哦|噢|啦|呀|嘛|哈|嗯|呃|是|就|只|有|系|都|也|还|又|再|先|要|用|在|喺|到|和|跟|与|及|从|"
    r"可以|行|好|对|已经|应该|可能|另外|哪|个|一下|看看|看"
)
_STRIP = re.compile("|".join((_CONTACT, _TIME, _AMOUNT, _MAKE, _WHERE, _WHO, _PRESENT, _HASTE, _LITTLE)))
_FILLER = re.compile(_LITTLE)
_WHICH = re.compile("[^不没未唔冇禁密审封锁登管控绝红专离脱网，。！？；]{0,8}那[台部]")
"""Which one of several, and nothing that sets it apart as secret: 单位的那台, 三队内勤那台."""
_COLOUR = re.compile("(?:[深浅大粉]?[红黄蓝绿黑白灰橙紫金银棕])色的?")
"""Which one, by its colour alone."""
_KEY = re.compile(r"([a-z])\1+")
"""A key that was held down."""
_MARKS = re.compile(r"[\s，。！？；、：,.!?~～…\-—_/()（）“”\"'#]+")


def only_details(said: str, location: str = "", phone: str = "") -> bool:
    """Whether a normalised message says something, but nothing of what is broken or wanted.

    `location` and `phone` are what was read in it.
    """
    return any(alone.fullmatch(said) for alone in (_WHICH, _COLOUR, _KEY)) or (
        says_nothing(said, location, phone) and not only_filler(said)
    )


def only_filler(said: str) -> bool:
    """Whether nothing but small words and marks is left of a normalised message."""
    return not _MARKS.sub("", _FILLER.sub(" ", said))


def says_nothing(said: str, location: str = "", phone: str = "") -> bool:
    """Whether nothing of what is broken or wanted is left of a normalised message; also true of an empty one."""
    rest = said
    for known in (location.lower(), phone):
        rest = rest.replace(known, " ", 1) if known else rest
    return _only_strips(rest) or (rest != said and _only_strips(said))


def _only_strips(text: str) -> bool:
    """Whether a text is all strips and marks; looked at from its beginning, and only up to the first that is neither."""
    place = 0
    while place < len(text):
        if found := _STRIP.match(text, place):
            place = found.end()
        elif _MARKS.match(text[place]):
            place += 1
        else:
            return False
    return True
