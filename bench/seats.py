"""People at the desk without a browser: each speaks Streamlit's own protocol over a web socket, as its page would."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from desk.session import COOKIE

PATIENCE_S = 60
#: what the browser's code puts before and after the id of a component whose event it tells
TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{id}__events"


@dataclass(frozen=True)
class Part:
    """One element of the page: its widget's id, the fragment it is in, what a component of ours was given."""

    id: str
    fragment: str
    data: dict[str, Any]


@dataclass
class Seat:
    """A session at the desk: `page` as it is in the address, the parts it shows by the key they were given."""

    line: ClientConnection
    page: str
    parts: dict[str, Part] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    kept: dict[str, ForwardMsg] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    received: int = 0

    async def enter(self, query: str = "") -> float:
        """The whole page, as when it is loaded; milliseconds until it is told that it ran."""
        order = BackMsg()
        order.rerun_script.query_string = query
        self.kinds.clear()
        return await self._run(order)

    async def tell(self, key: str, event: str, value: Any) -> float:
        """An event of our component `key`; milliseconds until its fragment has run."""
        part = self.parts[key]
        order = self._order(part)
        state = order.rerun_script.widget_states.widgets.add()
        state.id = TRIGGER.format(id=part.id)
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return await self._run(order)

    async def choose(self, key: str, value: str) -> float:
        """A value of a select box or a text field; milliseconds until its fragment has run."""
        part = self.parts[key]
        self.states[part.id] = WidgetState(id=part.id, string_value=value)
        return await self._run(self._order(part))

    def rows(self, key: str) -> list[int]:
        """Ids of the rows in the list `key`."""
        return [row["id"] for row in self.parts[key].data["rows"]]

    def _order(self, part: Part) -> BackMsg:
        order = BackMsg()
        order.rerun_script.fragment_id = part.fragment
        order.rerun_script.widget_states.widgets.extend(self.states.values())
        return order

    async def _run(self, order: BackMsg) -> float:
        order.rerun_script.page_name = self.page
        order.rerun_script.cached_message_hashes.extend(self.kept)
        begun = time.perf_counter()
        await self.line.send(order.SerializeToString())
        async with asyncio.timeout(PATIENCE_S):
            while not self._take(await self.line.recv()):
                pass
        return (time.perf_counter() - begun) * 1000

    def _take(self, raw: bytes | str) -> bool:
        """Keep what came; True when the run is over."""
        self.received += len(raw)
        told = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
        if told.ref_hash:
            told = self.kept[told.ref_hash]
        elif told.metadata.cacheable:
            self.kept[told.hash] = told
        if told.WhichOneof("type") == "delta" and told.delta.WhichOneof("type") == "new_element":
            self._keep(told.delta.new_element, told.delta.fragment_id)
        return told.WhichOneof("type") == "script_finished" and bool(told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)

    def _keep(self, element: Element, fragment: str) -> None:
        kind = str(element.WhichOneof("type"))
        self.kinds[kind] += 1
        inside = getattr(element, kind)
        if id_ := getattr(inside, "id", ""):
            key = id_.split("-", 2)[-1]
            self.parts[key] = Part(id_, fragment, json.loads(inside.json or inside.bytes) if kind == "bidi_component" else {})
            self._stand(id_, kind, inside)

    def _stand(self, id_: str, kind: str, inside: Any) -> None:
        """The value a widget has in the browser, which is told with every order."""
        if kind == "bidi_component":
            self.states[id_] = WidgetState(id=id_, json_value="{}")
        elif kind == "selectbox" and (inside.set_value or id_ not in self.states):
            value = inside.raw_value if inside.set_value else inside.options[inside.default]
            self.states[id_] = WidgetState(id=id_, string_value=value)
        elif kind in ("text_input", "text_area") and (inside.set_value or id_ not in self.states):
            self.states[id_] = WidgetState(id=id_, string_value=inside.value if inside.set_value else inside.default)


async def sit(port: int, token: str, page: str) -> Seat:
    """Open a session of the person behind `token`."""
    line = await connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        additional_headers={"cookie": f"{COOKIE}={token}"},
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a plain string is one
        max_size=None,
    )
    return Seat(line, page)
