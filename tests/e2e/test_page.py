"""The demo page in a real browser: the main path a newcomer walks."""

from pathlib import Path

import pytest
from browser import browsing, chromium

from bot.cast import CAST, CORP, INSPECTIONS, ORG
from bot.stage import Stage, raised

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium is installed (Debian: apt-get install chromium)"
)


def phone(userid: str) -> str:
    on = next(actor.platform for actor in CAST if actor.userid == userid)
    return f"document.querySelector('[data-phone=\"{on}:{CORP if on == 'wecom' else ORG}:{userid}\"]')"


def button(userid: str, text: str) -> str:
    return f"[...{phone(userid)}.querySelectorAll('.card button')].find(b => b.textContent === '{text}' && !b.disabled)"


def said(userid: str, text: str) -> str:
    return f"{phone(userid)}.textContent.includes('{text}')"


@pytest.fixture
async def demo(tmp_path: Path, knowledge_once: tuple[object, object]) -> object:
    async with raised(
        f"sqlite+aiosqlite:///{tmp_path / 'page.db'}",
        knowledge=knowledge_once,
        loops=True,
        inspections=INSPECTIONS,
        rostered=True,
    ) as stage:
        yield stage


async def test_a_clerk_reports_and_a_technician_takes_it(demo: Stage, tmp_path: Path) -> None:
    async with browsing(f"{demo.page_url}/", tmp_path / "browser", 1280, 800) as page:
        await page.appears(phone("limei"))
        await page.js(f"{phone('limei')}.querySelector('[name=say]').focus()")
        await page.types("三楼302打印机卡纸了，急")
        await page.appears(said("limei", "已受理1号"))
        await page.appears(said("limei", "卡纸"))
        await page.appears("document.querySelector('#thoughts mark')")
        await page.appears(button("limei", "直接派人"))
        await page.click(button("limei", "直接派人"))
        await page.appears(button("wangqiang", "接单"))
        await page.click(button("wangqiang", "接单"))
        await page.appears(said("limei", "王强已接1号"))
        await page.appears(button("wangqiang", "到场"))
        await page.click(button("wangqiang", "到场"))
        await page.appears(button("wangqiang", "已确认"))
        assert await page.js(f"!{button('wangqiang', '接单')}"), "a card that was replaced has no button left"


async def test_both_looks_side_by_side(demo: Stage, tmp_path: Path) -> None:
    async with browsing(f"{demo.page_url}/", tmp_path / "browser", 1280, 800) as page:
        await page.appears(phone("huangxin"))
        looks = (
            "[...new Set([...document.querySelectorAll('[data-phone]')].map(p => p.dataset.platform))].sort().join()"
        )
        assert await page.js(looks) == "dingtalk,wecom"
        colour = "getComputedStyle({}).getPropertyValue('--accent')"
        await page.js(f"{phone('huangxin')}.querySelector('[name=say]').focus()")
        await page.types("五楼506电脑蓝屏了")
        await page.appears(said("huangxin", "已受理1号"))
        await demo.phone("zhoumin").says("派 1 赵磊")
        await page.appears(button("zhaolei", "接单"))
        assert await page.js(colour.format(phone("huangxin"))) != await page.js(colour.format(phone("limei")))
        await page.click(button("zhaolei", "接单"))
        await page.appears(said("huangxin", "赵磊已接1号"))
        await page.appears(said("zhaolei", "接单〔"))
        await page.appears(button("zhaolei", "到场"))
        assert "〔" not in await page.js(f"{phone('zhaolei')}.querySelector('.card').textContent"), (
            "the card itself is plain"
        )


async def test_one_phone_at_a_time_on_a_small_screen(demo: Stage, tmp_path: Path) -> None:
    async with browsing(f"{demo.page_url}/", tmp_path / "browser", 390, 844) as page:
        await page.appears(phone("limei"))
        shown = "[...document.querySelectorAll('[data-phone]')].filter(p => p.getBoundingClientRect().width > 0).length"
        assert await page.js(shown) == 1
        assert await page.js("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
        await page.js("document.querySelector('#backstage-toggle').click()")
        await page.appears("document.querySelector('#desk-tickets').textContent.includes('现在没有未关闭的单')")
        assert await page.js("(b => b.scrollWidth <= b.clientWidth)(document.querySelector('#backstage'))")


async def test_what_people_type_is_never_markup(demo: Stage, tmp_path: Path) -> None:
    async with browsing(f"{demo.page_url}/", tmp_path / "browser", 1280, 800) as page:
        await page.appears(phone("chenzhi"))
        await page.js(f"{phone('chenzhi')}.querySelector('[name=say]').focus()")
        await page.types("<img src=x onerror=document.title='hit'>打印机卡纸")
        await page.appears(said("chenzhi", "<img src=x"))
        assert await page.js("document.title") == "运维服务台 · 演示"


async def test_the_desk_panel_follows_a_guided_repair(demo: Stage, tmp_path: Path) -> None:
    async with browsing(f"{demo.page_url}/", tmp_path / "browser", 1280, 800) as page:
        tab = "document.querySelector('#tab-{}')".format
        pane = "document.querySelector('#desk-{}')".format

        async def shows(name: str, *words: str) -> None:
            for word in words:
                await page.appears(f"{pane(name)}.textContent.includes('{word}')")

        await page.appears(f"{tab('people')}.textContent.includes('4')")
        await shows("tickets", "现在没有未关闭的单")
        await page.js(f"{phone('limei')}.querySelector('[name=say]').focus()")
        await page.types("三楼302打印机卡纸了，急")
        await page.appears(button("limei", "直接派人"))
        await page.click(button("limei", "直接派人"))
        await page.appears(button("wangqiang", "接单"))
        await shows(
            "tickets", "1号", "三楼302", "打印机卡纸", "已问王强", "为什么是王强", "驻场 -25", "次选赵磊", "0/20分"
        )
        gauge = f"{pane('tickets')}.querySelector('[role=meter]').getAttribute('aria-valuetext')"
        assert "接单时限已用0%" in await page.js(gauge)
        await page.click(button("wangqiang", "接单"))
        await page.appears(button("wangqiang", "到场"))
        await page.click(button("wangqiang", "到场"))
        await page.appears(button("wangqiang", "已确认"))
        await page.click(tab("repairs"))
        assert await page.js(f"{pane('tickets')}.hidden && !{pane('repairs')}.hidden")
        await shows("repairs", "第1步", "已断电并验过没电", "未确认，确认前不动手", "要照片，还没有")
        await page.js(f"{pane('repairs')}.querySelector('li').dataset.seen = 'yes'")
        await demo.phone("zhaolei").says("忙碌")
        await shows("people", "忙碌", "手上1号")
        kept = f"{pane('repairs')}.querySelector('li').dataset.seen"
        assert await page.js(kept) == "yes", "what did not change is left alone"
        await page.click(button("wangqiang", "已确认"))
        await shows("repairs", "已确认")
        await demo.phone("wangqiang").sends_photo()
        await shows("repairs", "要照片，已附1件", "照片1")
        await page.click(button("wangqiang", "异常"))
        await shows("repairs", "第2步", "异常")
        await page.js(f"{tab('repairs')}.focus()")
        await page.call("Input.dispatchKeyEvent", type="keyDown", key="ArrowRight", code="ArrowRight")
        assert await page.js("document.activeElement.id") == "tab-people", "the arrow keys go round the tabs"
        assert await page.js(f"{tab('people')}.getAttribute('aria-selected') === 'true' && !{pane('people')}.hidden")


async def test_a_yes_an_appointment_and_a_round_are_seen(demo: Stage, tmp_path: Path) -> None:
    async with browsing(f"{demo.page_url}/", tmp_path / "browser", 1280, 800) as page:

        async def shows(name: str, *words: str) -> None:
            for word in words:
                await page.appears(f"document.querySelector('#desk-{name}').textContent.includes('{word}')")

        await page.appears(phone("linfang"))
        await demo.phone("limei").says("申请开通VPN")
        await page.appears(said("limei", "给谁开"))
        await demo.phone("limei").says("给我自己，出差用，到年底")
        await page.appears(button("linfang", "同意"))
        await shows("tickets", "1号", "等待审批", "审批人：林芳", "时限：1个工作日")
        await page.click(button("linfang", "同意"))
        await page.appears(said("limei", "林芳已同意1号"))
        await page.appears(button("wangqiang", "接单"))
        await page.click(button("wangqiang", "接单"))
        await page.appears(button("wangqiang", "到场"))
        await demo.phone("wangqiang").says("约 1")
        await page.appears(button("wangqiang", "让报障人选"))
        await page.click(button("wangqiang", "让报障人选"))
        await page.appears(button("limei", "都不行"))
        await page.js(
            f"[...{phone('limei')}.querySelectorAll('.card button')].find(b => /^2 /.test(b.textContent)).click()"
        )
        await shows("tickets", "等预约时间", "预约")
        await page.js("document.querySelector('[data-skip*=next-morning]').click()")
        await shows("tickets", "机房UPS与蓄电池每日巡检", "已问赵磊", "当天做完")
        await shows("people", "12:00午休", "13:00午休")
        await page.appears(button("zhaolei", "接单"))
