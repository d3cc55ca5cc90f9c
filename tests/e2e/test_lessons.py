"""What the desk learns from: a ticket closed under another fault than guessed is listed with its first words."""

from bot.desk.lessons import wrongly_guessed
from bot.stage import Stage
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def test_a_wrong_guess_becomes_a_lesson_once_the_ticket_is_closed(world: Stage) -> None:
    await dispatched(world, "三楼302电脑蓝屏了")
    await presses(world, "wangqiang", "接单")
    await says(world, "limei", "不是蓝屏，是死机了鼠标动不了")
    assert await wrongly_guessed(world.desk.db) == []
    for word in ("已联系", "到场", "已解决"):
        await says(world, "wangqiang", word)
    await says(world, "limei", "修好了")
    ticket = await ticket_of(world)
    assert ticket.status == "closed"
    lessons = await wrongly_guessed(world.desk.db)
    assert [(c.ticket, c.text, c.guessed, c.right) for c in lessons] == [
        (ticket.id, "三楼302电脑蓝屏了", "pc-bluescreen", "pc-freeze")
    ]
