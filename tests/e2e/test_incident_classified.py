"""A report in a major incident turns out to be of classified equipment: what is linked is erased with it, as merged is."""

import pytest
from phones import read, seen

from bot.stage import Stage
from tests.e2e.test_incidents import CLERKS, desk_says, office, tickets_of  # noqa: F401
from tests.e2e.test_merging_classified import WORDS, stands

REPORT = f"电脑断网了，什么网都上不了，三楼30{{}}，{WORDS}的"


@pytest.fixture
async def linked(office: Stage) -> Stage:  # noqa: F811
    """Three like reports, 2 and 3 linked to 1 by the incident."""
    for number, userid in enumerate(CLERKS):
        await office.says(userid, REPORT.format(number))
        await office.says(userid, "直接派人")
        await office.advance(minutes=1)
    await desk_says(office, "事件1 确认")
    assert [t.status for t in await tickets_of(office)][1:] == ["merged", "merged"]
    assert await stands(office), "what was said is kept until then"
    return office


@pytest.mark.parametrize("who", ["limei", "linfang", "the desk"])
async def test_the_words_of_all_are_erased(linked: Stage, who: str) -> None:
    if who == "the desk":
        await desk_says(linked, "转出 1 R5")
    else:
        await read(linked, who, "忘了说，这台是涉密机")
    first, *others = await tickets_of(linked)
    assert first.kind == "classified"
    assert await stands(linked) == set()
    assert [t.slots for t in others] == [{}, {}]
    assert all("涉密" in seen(linked, userid) for userid in CLERKS), "nobody is to send more of it"


async def test_the_incident_withdrawn_nobody_is_sent_to_what_was_erased(linked: Stage) -> None:
    await read(linked, "limei", "忘了说，这台是涉密机")
    await desk_says(linked, "事件1 撤销")
    _, *others = await tickets_of(linked)
    assert [(t.status, t.kind, t.owner) for t in others] == [("referred", "classified", "desk")] * 2


async def test_a_like_report_after_it_is_a_matter_of_its_own(linked: Stage) -> None:
    await read(linked, "limei", "忘了说，这台是涉密机")
    await linked.says("linfang", "另外五楼509电脑上不了网")
    assert (await tickets_of(linked))[-1].status != "merged"
