"""Living knowledge: new tickets go by the new edition, running ones keep theirs, through a restart too; a bad one is refused."""

import zlib
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.desk import editions
from bot.stage import Stage
from bot.store.tables import Edition, Guidance
from bot.story import text_of
from knowledge import Book
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


def edition(book: Book, said: str) -> Book:
    """The book with another first step for a blue screen."""
    item = book.items["desktop-pc"]
    entry = book.faults["pc-bluescreen"].entry
    steps = tuple(s.model_copy(update={"do": said}) if s.id == entry else s for s in item.procedure.steps)
    changed = item.model_copy(update={"procedure": item.procedure.model_copy(update={"steps": steps})})
    return book.model_copy(update={"items": {**book.items, item.slug: changed}, "version": "new-edition"})


async def test_running_tickets_keep_their_edition(world: Stage) -> None:
    before = world.desk.office.book
    first = await dispatched(world)
    old_step = before.procedure("pc-bluescreen").steps[before.faults["pc-bluescreen"].entry].do
    await world.desk.reload(edition(before, "先看新的一步"))
    await presses(world, "wangqiang", "接单")
    shown = await says(world, "wangqiang", "步骤")
    assert old_step in shown
    assert "先看新的一步" not in shown
    assert world.desk.office.procedure(first).steps[before.faults["pc-bluescreen"].entry].do == old_step  # type: ignore[union-attr]
    world.office = replace(world.desk.office, editions={})
    await world.restart()
    assert old_step in await says(world, "wangqiang", "步骤")
    await says(world, "chenzhi", "五楼506电脑蓝屏了")
    second = await ticket_of(world)
    assert second.knowledge_version == "new-edition"
    assert world.desk.office.procedure(second).steps[before.faults["pc-bluescreen"].entry].do == "先看新的一步"  # type: ignore[union-attr]


async def test_a_catalogue_without_a_running_tickets_fault_is_refused_whole(world: Stage) -> None:
    await dispatched(world)
    office = world.desk.office
    faults = {slug: fault for slug, fault in office.book.faults.items() if slug != "pc-bluescreen"}
    with pytest.raises(editions.Refused, match="pc-bluescreen"):
        await world.desk.reload(office.book.model_copy(update={"faults": faults, "version": "without"}))
    assert world.desk.office is office


async def test_an_edition_nobody_can_read_any_more_stops_nothing(
    world: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """An older program stored it: it lacks what today's requires. The step he stood at is gone as well."""
    first = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", "步骤")
    async with world.desk.db.write("older program") as tx:
        stored = (await tx.session.exec(select(Edition))).one()
        stored.body = zlib.compress(b'{"version": "old"}')
        held = (await tx.session.exec(select(Guidance))).one()
        held.step_id, held.history = "a-step-of-then", [["another-of-then", "ok"]]
        tx.session.add_all([stored, held])
    new = edition(world.desk.office.book, "先看新的一步")
    await world.desk.reload(new)
    world.office = replace(world.desk.office, editions={})
    await world.restart()
    await world.settle()
    assert caplog.text.count(f"knowledge {first.knowledge_version} cannot be read, 1 running tickets") == 2
    told = [text_of(m) for m in world.phone("zhoumin").messages if "旧版" in text_of(m)]
    assert len(told) == 1 and "有1张在办的单" in told[0]
    answer = await says(world, "wangqiang", "正常")
    assert "原来那一步没有了" in answer and "先看新的一步" in answer
    assert "原来那一步没有了" not in await says(world, "wangqiang", "步骤")
    faults = {slug: fault for slug, fault in new.faults.items() if slug != first.fault}
    world.office = replace(world.desk.office, book=new.model_copy(update={"faults": faults}))
    assert world.office.procedure(first) is None
