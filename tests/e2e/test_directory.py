"""Names and departments out of the platforms' directories: for whom no sheet has, and what happens where they may not be read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.cast import CORP, ORG
from bot.core.directory import Entry
from bot.core.updates import Account, Notice, Update
from bot.desk import lookups
from bot.sandbox.dingtalk.org import Department as Dept
from bot.sandbox.wecom.corp import Department
from bot.stage import Stage
from bot.store.tables import AccountRow, Membership, Person
from tests.e2e.phones import read, seen

FAULT = "五楼502电脑开不了机"
WHO = {"wecom": "guest", "dingtalk": "huangxin"}
NAMES = {"wecom": "新同事", "dingtalk": "黄欣"}
ASKED = "您还没有登记单位"


@pytest.fixture(params=["wecom", "dingtalk"])
async def unknown(request: pytest.FixtureRequest, world: Stage) -> tuple[Stage, str]:
    """A sender whom no sheet has, in an office of 市民政局 by the directory of his platform."""
    platform: str = request.param
    if platform == "wecom":
        corp = world.sandbox.corps[CORP]
        corp.departments = {2: Department(2, "广州市民政局"), 7: Department(7, "办公室", 2)}
        corp.members["guest"] = replace(corp.members["guest"], departments=(7, 1))
    else:
        world.org.departments = {2: Dept(2, "广州市民政局"), 7: Dept(7, "办公室", 2)}
        world.org.members["huangxin"].departments = (7,)
        async with world.desk.db.write("unknown") as tx:
            row = (await tx.session.exec(select(AccountRow).where(AccountRow.user_id == "huangxin"))).one()
            who = await tx.session.get_one(Person, row.person_id)
            who.name, who.unit_id, who.confirmed, who.phone = "huangxin", None, False, ""
            tx.add(who)
    return world, platform


async def account(world: Stage, platform: str) -> tuple[AccountRow, Person, Membership | None]:
    async with world.desk.db.read() as session:
        wanted = select(AccountRow).where(AccountRow.user_id == WHO[platform], AccountRow.platform == platform)
        row = (await session.exec(wanted)).one()
        return row, await session.get_one(Person, row.person_id), await session.get(Membership, row.person_id)


def switches(world: Stage, platform: str, **values: Any) -> None:
    found = world.sandbox.corps[CORP] if platform == "wecom" else world.org
    found.switches = replace(found.switches, **values)


async def test_a_new_sender_has_his_name_and_waits_for_the_liaison_of_his_agency(unknown: tuple[Stage, str]) -> None:
    world, platform = unknown
    assert "已" in await read(world, WHO[platform], FAULT)
    row, who, membership = await account(world, platform)
    root = CORP if platform == "wecom" else ORG
    assert (who.name, who.confirmed, who.unit_id) == (NAMES[platform], False, None), "a directory confirms nobody"
    assert row.department == f"办公室 / 广州市民政局 / {root[:20]}" and row.look_up_at is None
    assert membership is not None and membership.unit_id is not None
    assert ASKED not in seen(world, WHO[platform]), "what the directory says need not be asked"
    await world.advance(hours=2)
    assert "市民政局有1位新成员待确认" in seen(world, "linfang") and NAMES[platform] in seen(world, "linfang")


async def test_what_is_hidden_is_asked_of_him_as_before(unknown: tuple[Stage, str]) -> None:
    world, platform = unknown
    switches(world, platform, names_hidden=True)
    await read(world, WHO[platform], FAULT)
    _, who, membership = await account(world, platform)
    assert (who.name, membership is not None and membership.unit_id) == (WHO[platform], None)
    assert seen(world, WHO[platform]).count(ASKED) == 1


async def test_without_the_right_nobody_waits_and_the_right_is_noticed_later(unknown: tuple[Stage, str]) -> None:
    world, platform = unknown
    switches(world, platform, reads_directory=False)
    await read(world, WHO[platform], FAULT)
    row, who, _ = await account(world, platform)
    assert (who.name, row.look_up_at) == (WHO[platform], None) and row.looked_up_at is not None
    assert seen(world, WHO[platform]).count(ASKED) == 1
    switches(world, platform, reads_directory=True)
    await world.advance(days=8)
    await read(world, WHO[platform], "谢谢")
    assert (await account(world, platform))[1].name == NAMES[platform]


async def test_while_the_platform_wants_a_pause_nobody_is_asked_for_his_unit(world: Stage) -> None:
    world.sandbox.faults.fail_next("user/get", 45009)
    await world.phone("guest").says(FAULT)
    await world.desk.settle()
    row, who, _ = await account(world, "wecom")
    assert (who.name, ASKED in seen(world, "guest")) == ("guest", False) and row.look_up_at is not None
    await world.advance(minutes=2)
    row, who, _ = await account(world, "wecom")
    assert (who.name, row.look_up_at) == ("新同事", None)
    assert seen(world, "guest").count(ASKED) == 1, "the root is no agency"


@pytest.mark.parametrize(
    ("unknown", "path", "code"),
    [
        ("wecom", "user/get", 500),
        ("wecom", "user/get", -1),
        ("wecom", "department/get", 45009),
        ("dingtalk", "topapi/v2/user/get", 90018),
        ("dingtalk", "topapi/v2/department/get", -1),
    ],
    indirect=["unknown"],
)
async def test_what_is_put_off_is_asked_again(unknown: tuple[Stage, str], path: str, code: int) -> None:
    world, platform = unknown
    world.sandbox.faults.fail_next(path, code)
    await read(world, WHO[platform], FAULT)
    await world.advance(minutes=2)
    _, who, membership = await account(world, platform)
    assert who.name == NAMES[platform] and membership is not None and membership.unit_id is not None


@pytest.mark.parametrize("code", [60011, 60111, 50002])
async def test_a_member_outside_the_apps_range_is_served_all_the_same(world: Stage, code: int) -> None:
    world.sandbox.faults.fail_next("user/get", code)
    assert "已" in await read(world, "guest", FAULT)
    row, who, _ = await account(world, "wecom")
    assert (who.name, row.look_up_at) == ("guest", None) and seen(world, "guest").count(ASKED) == 1


async def test_a_department_above_what_the_app_sees_ends_the_way_up(unknown: tuple[Stage, str]) -> None:
    world, platform = unknown
    path, code = ("department/get", 60123) if platform == "wecom" else ("topapi/v2/department/get", 50004)
    world.sandbox.faults.fail_next(path, code)
    await read(world, WHO[platform], FAULT)
    row, who, _ = await account(world, platform)
    assert (who.name, row.department) == (NAMES[platform], "")


async def test_whom_a_sheet_has_keeps_his_name_and_the_desk_hears_that_he_moved(world: Stage) -> None:
    corp = world.sandbox.corps[CORP]
    corp.departments = {3: Department(3, "市司法局")}
    corp.members["limei"] = replace(corp.members["limei"], name="李小梅", departments=(3,))
    await read(world, "limei", "三楼302打印机卡纸了")
    assert "平台通讯录" not in seen(world, "zhoumin"), "nobody is looked up without a reason"
    for turn in range(2):
        sys = Account(platform="wecom", corp_id=CORP, user_id="sys")
        notice = Notice(name="change_contact", detail={"ChangeType": "update_user", "UserID": "LiMei"})
        update = Update(
            key=f"moved:{turn}", lane=str(sys), connection="gov", account=sys, at=world.clock.now(), content=notice
        )
        await world.desk.inbox.accept([update])
        await world.settle()
    assert seen(world, "zhoumin").count("平台通讯录里李梅在市司法局，我们登记的是市民政局") == 1
    async with world.desk.db.read() as session:
        assert (await session.exec(select(Person).where(Person.name == "李梅"))).one().unit_id is not None


async def test_a_change_during_a_look_up_is_looked_up_as_well(world: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    corp = world.sandbox.corps[CORP]
    corp.departments = {2: Department(2, "广州市民政局"), 3: Department(3, "广州市司法局")}
    corp.members["guest"] = replace(corp.members["guest"], departments=(2,))
    channel: Any = world.desk.channels["gov"]
    look_up, asked = channel.look_up, []

    async def slow(user_id: str) -> Entry:
        """The directory answers; before that is noted, he moves and the platform says so."""
        entry: Entry = await look_up(user_id)
        asked.append(entry.departments)
        if len(asked) == 1:
            world.clock.advance(timedelta(seconds=1))
            corp.members["guest"] = replace(corp.members["guest"], departments=(3,))
            async with world.desk.db.write("moved") as tx:
                await lookups.changed(tx, Account(platform="wecom", corp_id=CORP, user_id="guest"))
        return entry

    monkeypatch.setattr(channel, "look_up", slow)
    await read(world, "guest", FAULT)
    await world.advance(minutes=1)
    row, _, _ = await account(world, "wecom")
    assert len(asked) == 2 and row.look_up_at is None
    assert row.department.startswith("广州市司法局")
