"""The WeCom channel against a scripted server: receipts, lost replies and repeats, groups and robots, pictures."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from wecom_platform import CARD, OK, PNG, SECRET, Platform, Reply, Stopwatch, connected, out

from bot.channels.base import Channel, Media, Permanent, RateLimited, Temporary
from bot.channels.wecom import WeComChannel
from bot.core.outbound import CardUpdate, Message, Picture, Recall, Say


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
async def pair(watch: Stopwatch) -> AsyncIterator[tuple[Platform, WeComChannel]]:
    async with connected(watch) as pair:
        yield pair


@pytest.fixture
def platform(pair: tuple[Platform, WeComChannel]) -> Platform:
    return pair[0]


@pytest.fixture
def channel(pair: tuple[Platform, WeComChannel]) -> WeComChannel:
    return pair[1]


async def test_the_channel_fits_the_seam(channel: WeComChannel) -> None:
    seam: Channel = channel
    assert (seam.name, seam.platform) == ("gov", "wecom")
    await seam.close()


async def test_a_delivery(platform: Platform, channel: WeComChannel) -> None:
    receipt = await channel.deliver(out(Say(text="三楼“打印机”")))
    assert (receipt.message_id, receipt.response_code, receipt.refused, receipt.duplicate) == ("m1", "rc1", (), False)
    assert platform.asked("gettoken") == [{"corpid": "ww1", "corpsecret": SECRET}]
    assert platform.asked("message/send") == [{"access_token": "token-1"}]
    (raw,) = platform.bodies("message/send")
    assert "三楼“打印机”".encode() in raw
    assert b"\\u" not in raw


async def test_a_lost_reply_is_repeated_byte_for_byte(platform: Platform, channel: WeComChannel) -> None:
    for message in (Say(text="好"), CARD):
        platform.says("message/send", "lost")
        with pytest.raises(Temporary):
            await channel.deliver(out(message))
        await channel.deliver(out(message, retry=1))
        first, second = platform.bodies("message/send")[-2:]
        assert first == second


async def test_a_dropped_repeat_brings_no_response_code(platform: Platform, channel: WeComChannel) -> None:
    platform.says("message/send", OK | {"msgid": "m1"}, OK, OK | {"msgid": "m1"})
    receipt = await channel.deliver(out(CARD, retry=1))
    assert (receipt.duplicate, receipt.response_code) == (True, "")
    assert (await channel.deliver(out(retry=1))).duplicate
    assert not (await channel.deliver(out(CARD))).duplicate
    assert not (await channel.deliver(out(CARD, retry=1))).duplicate


@pytest.mark.parametrize(
    "message, path, code",
    [
        (CARD, "message/send", 42014),
        (CardUpdate(card_id="t1", label="已接单", code="rc"), "message/update_template_card", 42099),
        (Recall(message_id="m1"), "message/recall", 40058),
    ],
)
async def test_a_refused_repeat_may_mean_done(
    platform: Platform, channel: WeComChannel, message: Message, path: str, code: int
) -> None:
    platform.says(path, {"errcode": code}, {"errcode": code}, {"errcode": 50003})
    with pytest.raises(Permanent):
        await channel.deliver(out(message))
    assert (await channel.deliver(out(message, retry=1))).duplicate
    with pytest.raises(Permanent):
        await channel.deliver(out(message, retry=1))


async def test_who_was_not_reached(platform: Platform, channel: WeComChannel) -> None:
    platform.says("message/send", OK | {"invaliduser": "li|wang", "unlicenseduser": "zhao", "msgid": "m1"})
    assert (await channel.deliver(out())).refused == ("li", "wang", "zhao")
    platform.says("message/update_template_card", OK | {"invaliduser": ["li"]})
    update = CardUpdate(card_id="t1", label="已接单", code="rc")
    assert (await channel.deliver(out(update))).refused == ("li",)
    platform.says("message/send", OK | {"invaliduser": "", "msgid": "m1"})
    assert (await channel.deliver(out())).refused == ()


async def test_groups_and_robots(platform: Platform, channel: WeComChannel) -> None:
    await channel.deliver(out(kind="webhook", to="robot-key"))
    assert platform.tokens == 0
    await channel.deliver(out(kind="webhook", to=f"{platform.base}/cgi-bin/webhook/send?key=other"))
    assert platform.asked("webhook/send") == [{"key": "robot-key"}, {"key": "other"}]
    await channel.deliver(out(kind="chat", to="g1"))
    assert platform.asked("appchat/send") == [{"access_token": "token-1"}]
    platform.says("webhook/send", {"errcode": 93000})
    with pytest.raises(Permanent, match="93000"):
        await channel.deliver(out(kind="webhook", to="robot-key"))


async def test_a_picture_is_uploaded_once_and_again_when_it_expired(
    platform: Platform, channel: WeComChannel, watch: Stopwatch
) -> None:
    picture = out(Picture(media_key="png"))
    platform.says("media/upload", {"errcode": 42001})
    for _ in range(2):
        await channel.deliver(picture)
    assert len(platform.asked("media/upload")) == 2  # the first met a stale token
    assert b'filename="file.png"' in platform.bodies("media/upload")[1]
    assert PNG in platform.bodies("media/upload")[1]
    platform.says("message/send", {"errcode": 40007})
    with pytest.raises(Temporary):
        await channel.deliver(picture)
    await channel.deliver(picture)
    sent = [json.loads(body)["image"]["media_id"] for body in platform.bodies("message/send")]
    assert sent == ["mid-2", "mid-2", "mid-2", "mid-3"]
    watch.seconds = 60 * 3600
    await channel.deliver(picture)
    assert len(platform.asked("media/upload")) == 4


@pytest.mark.parametrize("key, kind", [("absent", "person"), ("txt", "person"), ("big", "webhook")])
async def test_pictures_that_cannot_be_sent(channel: WeComChannel, platform: Platform, key: str, kind: str) -> None:
    with pytest.raises(Permanent):
        await channel.deliver(out(Picture(media_key=key), kind))
    assert platform.seen == []


async def test_a_robots_picture_travels_inside_the_message(platform: Platform, channel: WeComChannel) -> None:
    await channel.deliver(out(Picture(media_key="png"), "webhook", "k"))
    assert set(json.loads(platform.bodies("webhook/send")[0])["image"]) == {"base64", "md5"}


def file_reply(data: bytes, **headers: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=data, headers={"Content-Type": "image/png"} | headers)

    return reply


async def test_fetching_media(platform: Platform, channel: WeComChannel) -> None:
    named = {"Content-Disposition": 'attachment; filename="p.png"'}
    platform.says("media/get", file_reply(PNG, **named), file_reply(PNG), file_reply(b'{"errcode":0}', **named))
    assert await channel.fetch("m1") == Media(PNG, "image/png", "p.png")
    assert await channel.fetch("m1") == Media(PNG, "image/png", "")
    assert (await channel.fetch("m1")).data == b'{"errcode":0}'
    assert platform.asked("media/get")[0] == {"access_token": "token-1", "media_id": "m1"}


@pytest.mark.parametrize(
    "reply, error",
    [
        ({"errcode": 40007}, Permanent),
        ({"errcode": 45033}, RateLimited),
        (OK, Temporary),
        (500, Temporary),
        (b"", Temporary),
        (file_reply(bytes(21 * 1024 * 1024)), Permanent),
    ],
    ids=["gone", "parallel", "empty answer", "500", "nothing", "too large"],
)
async def test_fetching_that_fails(platform: Platform, channel: WeComChannel, reply: Reply, error: type) -> None:
    platform.says("media/get", reply)
    with pytest.raises(error):
        await channel.fetch("m1")
