"""Whoever watches: open pages that are told of every change as it happens (server-sent events)."""

import asyncio
import json
from typing import Any

from aiohttp import web

BEAT_S = 15.0


class Watchers:
    """The open pages. Each hears what is told while it watches, in order, until it goes or is sent away."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[tuple[str, dict[str, Any]]]] = set()

    def tell(self, event: str, data: dict[str, Any]) -> None:
        for queue in self._queues:
            queue.put_nowait((event, data))

    def dismiss(self) -> None:
        """Nothing more will come: every stream ends."""
        self.tell("close", {})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve one page until it goes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._queues.add(queue)
        try:
            while True:
                try:
                    event, data = await asyncio.wait_for(queue.get(), BEAT_S)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event == "close":
                    break
                await response.write(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        except (ConnectionResetError, asyncio.CancelledError):
            pass
        finally:
            self._queues.discard(queue)
        return response
