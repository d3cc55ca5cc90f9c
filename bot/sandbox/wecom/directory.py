"""Media, members, departments, addresses, menus (protocol sections 2 and 13 to 15)."""

from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.sandbox.wecom.calls import Answer, Call, Upload, check_agent, is_visible, ok, well_formed
from bot.sandbox.wecom.corp import Corp, Department
from bot.sandbox.wecom.limits import Refused, size

MEDIA_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
ROBOT_MEDIA = ("file", "voice")
_STARTS = {"image": (b"\x89PNG", b"\xff\xd8\xff"), "voice": (b"#!AMR",)}
"""How the formats that are checked begin: JPG and PNG, AMR."""
ROOT = "1"


async def read_upload(request: web.Request) -> Upload | None:
    """The field `media` of a multipart call, None in any other call. Raises Refused 40058 for one that cannot be read."""
    if not request.content_type.startswith("multipart/"):
        return None
    with well_formed():
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media":
                content_type = part.headers.get("Content-Type", "application/octet-stream")
                return Upload(part.filename or "file", content_type, bytes(await part.read()))
    return None


def keep_upload(corp: Corp, kind: str, upload: Upload | None, robot: str = "") -> Answer:
    """media/upload, and webhook/upload_media when `robot` is a key."""
    if kind not in (ROBOT_MEDIA if robot else MEDIA_BYTES):
        raise Refused(40005, "invalid type parameter")
    if upload is None or not upload.data:
        raise Refused(44001, "empty media data")
    if len(upload.data) <= 5:
        raise Refused(40006, "invalid media size")
    if len(upload.data) > MEDIA_BYTES[kind]:
        raise Refused(45001, "media too large")
    if not upload.data.startswith(_STARTS.get(kind, (b"",))):
        raise Refused(40004, "invalid media type")
    media_id = corp.put_media(upload.data, upload.name, upload.content_type, robot=robot)
    return ok(type=kind, media_id=media_id, created_at=str(int(corp.clock.now().timestamp())))


async def media_upload(call: Call) -> Answer:
    """media/upload: multipart, field `media`."""
    return keep_upload(call.corp, call.query.get("type", ""), call.upload)


async def media_get(call: Call) -> Answer:
    """media/get: the bytes, the file name in Content-Disposition."""
    media = call.corp.live_media(call.query.get("media_id", ""))
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(media.name)}"}
    return web.Response(body=media.data, headers={**headers, "Content-Type": media.content_type})


async def user_get(call: Call) -> Answer:
    """user/get: no phone number and no avatar, as for every app created since 2022."""
    _may_read(call)
    if not (userid := call.query.get("userid", "")):
        raise Refused(40063, "userid missing")
    member = call.corp.by_userid(userid)
    if member is None:
        raise Refused(60111, "userid not found")
    if not is_visible(call.app, member.userid):
        raise Refused(60011, "no privilege to access the member")
    name = member.userid if call.corp.switches.names_hidden else member.name
    return ok(
        userid=member.userid,
        name=name,
        department=list(member.departments),
        main_department=member.departments[0],
        status=1,
    )


async def user_simplelist(call: Call) -> Answer:
    """user/simplelist."""
    _may_read(call)
    asked = _department(call, "department_id", 60003)
    members = [m for m in call.corp.members.values() if asked.id in m.departments and is_visible(call.app, m.userid)]
    hidden = call.corp.switches.names_hidden
    return ok(
        userlist=[
            {"userid": m.userid, "name": m.userid if hidden else m.name, "department": list(m.departments)}
            for m in members
        ]
    )


async def department_list(call: Call) -> Answer:
    """department/list: the one asked for (without an id the root) and those below it."""
    _may_read(call)
    return ok(department=[_shown(call, d) for d in _below(call)])


async def department_simplelist(call: Call) -> Answer:
    """department/simplelist."""
    _may_read(call)
    return ok(department_id=[{"id": d.id, "parentid": d.parent, "order": 1} for d in _below(call)])


async def department_get(call: Call) -> Answer:
    """department/get."""
    _may_read(call)
    return ok(department=_shown(call, _department(call, "id", 60123)))


async def addresses(call: Call) -> Answer:
    """getcallbackip and get_api_domain_ip."""
    return ok(ip_list=["127.0.0.1"])


async def menu_create(call: Call) -> Answer:
    """menu/create: at most three entries of at most five."""
    agent_id, body = _agent(call), call.body()
    with well_formed():
        entries = body["button"]
        if not 1 <= len(entries) <= 3:
            raise Refused(40016, "invalid button size")
        for entry in entries:
            below = entry.get("sub_button") or []
            if size(entry["name"]) > 16 or any(size(e["name"]) > 40 for e in below):
                raise Refused(40018, "invalid button name size")
            if len(below) > 5:
                raise Refused(40016, "invalid sub button size")
    call.corp.menus[agent_id] = {"button": entries}
    return ok()


async def menu_get(call: Call) -> Answer:
    """menu/get."""
    return ok(**call.corp.menus.get(_agent(call), {"button": []}))


async def menu_delete(call: Call) -> Answer:
    """menu/delete."""
    call.corp.menus.pop(_agent(call), None)
    return ok()


def _may_read(call: Call) -> None:
    if not call.corp.switches.reads_directory:
        raise Refused(48002, "api forbidden")


def _department(call: Call, name: str, code: int) -> Department:
    given = call.query.get(name, ROOT)
    found = call.corp.department(int(given)) if given.isascii() and given.isdigit() else None
    if found is None:
        raise Refused(code, "invalid department id")
    return found


def _below(call: Call) -> list[Department]:
    found = [_department(call, "id", 60123)]
    for one in found:
        found += [d for d in call.corp.departments.values() if d.parent == one.id]
    return found


def _shown(call: Call, one: Department) -> dict[str, Any]:
    about = {"id": one.id, "name": one.name, "department_leader": [], "parentid": one.parent, "order": 1}
    if call.corp.switches.names_hidden:
        del about["name"]
    return about


def _agent(call: Call) -> int:
    given = call.query.get("agentid", "")
    check_agent(call, int(given) if given.isascii() and given.isdigit() else None)
    return call.app.agent_id
