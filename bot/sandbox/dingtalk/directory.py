"""Members and departments by the old API (oapi.dingtalk.com/topapi/v2): HTTP 200 and a number; free of quota."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.dingtalk.org import Org
from bot.sandbox.faults import Faults

USER, DEPARTMENT = "topapi/v2/user/get", "topapi/v2/department/get"
NO_SCOPE = {"errcode": 88, "sub_code": "60011", "sub_msg": "应用尚未开通所需的权限", "errmsg": "ding talk error"}


class Directory:
    """Finds the org by its token, checks and answers."""

    def __init__(self, orgs: Mapping[str, Org], faults: Faults) -> None:
        self._orgs, self._faults = orgs, faults

    def routes(self) -> list[web.RouteDef]:
        return [web.post(f"/{USER}", self._user), web.post(f"/{DEPARTMENT}", self._department)]

    async def _user(self, request: web.Request) -> web.StreamResponse:
        org, body = await self._asked(request, USER)
        if org is None:
            return web.json_response(body)
        member = org.members.get(str(body.get("userid", "")))
        if member is None:
            return _said(60121, "找不到该用户")
        if not member.visible:
            return _said(50002, "企业中的员工userid不在授权范围内")
        about = {"userid": member.userid, "name": member.name, "dept_id_list": list(member.departments)}
        if org.switches.names_hidden:
            del about["name"]
        return web.json_response({"errcode": 0, "errmsg": "ok", "result": about})

    async def _department(self, request: web.Request) -> web.StreamResponse:
        org, body = await self._asked(request, DEPARTMENT)
        if org is None:
            return web.json_response(body)
        id = body.get("dept_id")
        found = org.department(id) if isinstance(id, int) else None
        if found is None:
            return _said(60003, "部门不存在")
        about: dict[str, Any] = {"dept_id": found.id, "name": found.name}
        if found.parent:
            about["parent_id"] = found.parent
        if org.switches.names_hidden:
            del about["name"]
        return web.json_response({"errcode": 0, "errmsg": "ok", "result": about})

    async def _asked(self, request: web.Request, path: str) -> tuple[Org | None, dict[str, Any]]:
        """The org and the body; without an org what is answered instead."""
        failure = self._faults.take_failure(path)
        if failure is not None:
            return None, {"errcode": failure, "errmsg": "injected"}
        token = request.query.get("access_token", "")
        org = next((o for o in self._orgs.values() if token and o.holds(token)), None)
        if org is None:
            return None, {"errcode": 40014, "errmsg": "不合法的access_token"}
        if not org.in_pace(path):
            return None, {"errcode": 90018, "errmsg": "qps limit"}
        org.free(path)
        if not org.switches.reads_directory:
            return None, NO_SCOPE
        try:
            body = json.loads(await request.text())
        except ValueError:
            body = None
        return (org, body) if isinstance(body, dict) else (None, {"errcode": 40035, "errmsg": "不合法的参数"})


def _said(code: int, text: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": text})
