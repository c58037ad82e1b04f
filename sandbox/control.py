"""The control API under /__sandbox: for tests, the demo and whoever watches. It is no platform's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, get_args

from sandbox import acts, config, day, faults, seed, storm, truth, walls
from sandbox.citizens import Citizens
from sandbox.clock import parse, rfc3339
from sandbox.entries import PLATFORMS, Entry, Hung, Platform
from sandbox.http import Json, Reply, Request
from sandbox.webhooks import Webhooks, challenge_meta, challenge_x, is_loopback
from sandbox.world import World

PREFIX = "/__sandbox"
#: citizens act so often at most in one order
MOST_STEPS = 10_000


class Control:
    """Each name of the API is a method; a ValueError, KeyError, TypeError or OverflowError in one is the caller's mistake (400)."""

    def __init__(self, world: World, webhooks: Webhooks, citizens: Citizens) -> None:
        self.world, self.webhooks, self.citizens = world, webhooks, citizens
        self.posts: dict[str, Callable[[Json], Any]] = {
            "reset": self.reset,
            "seed": self.seed,
            "clock": self.clock,
            "fault": self.fault,
            "citizen": self.citizen,
            "citizens": self.set_citizens,
            "token": self.token,
            "config": self.config,
            "state": self.load,
            "storm": self.storm,
            "webhooks": self.set_webhooks,
        }
        self.gets: dict[str, Callable[[Request], Any]] = {
            "health": lambda request: {"status": "ok", "time": rfc3339(world.clock.now())},
            "state": lambda request: world.dump(),
            "requests": self.requests,
            "faults": lambda request: [asdict(f) for f in world.faults.waiting],
            "config": lambda request: asdict(world.config),
            "webhooks": self.webhook_log,
            "truth": self.truth,
            "bill": lambda request: world.x_bills.shown(),
        }

    def serve(self, request: Request) -> Reply:
        name = request.path.removeprefix(PREFIX).strip("/")
        if request.method == "GET" and (name == "" or name.startswith("wall")):
            return walls.serve(self.world, request, name)
        if request.method == "GET" and name in self.gets:
            made = self.gets[name](request)
            return made if isinstance(made, Reply) else Reply(200, made)
        if request.method == "POST" and name in self.posts:
            order = request.payload if request.payload is not None else {}
            if not isinstance(order, dict) or (request.raw and request.payload is None):
                return Reply(400, {"error": "the body must be a JSON object, sent as application/json"})
            try:
                return Reply(200, self.posts[name](order))
            except (ValueError, KeyError, TypeError, OverflowError) as problem:
                return Reply(400, {"error": f"{type(problem).__name__}: {problem}"})
        if request.method == "DELETE" and name == "fault":
            self.world.faults.clear()
            return Reply(200, {"faults": 0})
        return Reply(404, {"error": f"no {request.method} {request.path}", "known": sorted({*self.posts, *self.gets})})

    # -- the whole --------------------------------------------------------------------------------------------

    def reset(self, order: Json) -> Json:
        """Nothing said, default tokens and settings. {"seed": n}"""
        self.world.clear(int(order.get("seed", 1)))
        seed.furnish(self.world)
        return self._counts()

    def seed(self, order: Json) -> Json:
        """Reset, then forty posts and a day of citizens. {"seed": n}"""
        self.reset(order)
        day.fill(self.world)
        return self._counts()

    def load(self, order: Json) -> Json:
        """Become a dumped state (GET /__sandbox/state)."""
        self.world.load(order)
        return self._counts()

    def _counts(self) -> Json:
        said = {p: len(self.world.shelf(p, "all")) for p in PLATFORMS}
        return {"entries": said, "people": len(self.world.people), "time": rfc3339(self.world.clock.now())}

    def clock(self, order: Json) -> Json:
        """{"advance_s": n} | {"set": time} | {"freeze": true|time} | {"freeze": false}"""
        clock = self.world.clock
        if "set" in order:
            clock.set(parse(str(order["set"]).replace("Z", "+00:00")))
        freeze = order.get("freeze")
        if freeze is False:
            clock.release()
        elif freeze is not None:
            clock.freeze(None if freeze is True else parse(str(freeze).replace("Z", "+00:00")))
        clock.advance(float(order.get("advance_s", 0)))
        return {"time": rfc3339(clock.now()), "frozen": clock.frozen_at is not None}

    def config(self, order: Json) -> Json:
        self.world.config = config.changed(self.world.config, order)
        return asdict(self.world.config)

    def fault(self, order: Json) -> Json:
        """{"kind", "family", "method", "path_regex", "times", "after_n", "seconds", "status", "committed"}"""
        made = faults.fault(order)
        self.world.faults.waiting.append(made)
        return asdict(made)

    def token(self, order: Json) -> Json:
        """{"token", "state": ok|expired|revoked|no_permission|user_token, "expires_at"?}"""
        state = order["state"]
        if state not in ("ok", "expired", "revoked", "no_permission", "user_token"):
            raise ValueError(f"no such state: {state}")
        token = self.world.tokens[str(order["token"])]
        token.state = state
        token.expires_at = float(order.get("expires_at", token.expires_at))
        return {"platform": token.platform, "kind": token.kind, "state": token.state}

    # -- citizens ---------------------------------------------------------------------------------------------

    def citizen(self, order: Json) -> Json:
        """{"platform", "action": mention|comment|reply|quote|repost|edit|delete|dm|like, "text", "author", "target",
        "edge", "media", "said"} — a target is an id; without one a comment goes beneath the newest post. `media`: kinds of what
        hangs from it, each described by `said`."""
        platform = _platform(order)
        person = acts.newcomer(self.world, platform, str(order.get("author", "citizen")))
        text, action = str(order.get("text", "")), order.get("action")
        media = [
            acts.bring(self.world, platform, _kind(platform, one), str(order.get("said", ""))) for one in order.get("media", ())
        ]
        if action == "mention":
            edge = "tags" if platform == "instagram" else "tagged"
            return self._said(acts.mention(self.world, platform, person, text, edge=str(order.get("edge", edge)), media=media))
        if action == "dm":
            talk, said = acts.message(self.world, platform, person, text, media=media)
            return {"id": said.id, "conversation": talk.id, "author": person.id}
        target = self._target(platform, order)
        if action in ("comment", "reply"):
            edge = str(order.get("edge", ""))
            return self._said(acts.comment(self.world, platform, person, text, target.id, edge=edge, media=media))
        if action == "quote":
            return self._said(acts.post(self.world, "x", text, author=person, quoted=target.id))
        if action == "repost":
            return self._said(acts.repost(self.world, person, target.id))
        if action == "edit":
            if platform == "instagram" and target.kind == "comment":
                raise ValueError("Instagram has no edit of a comment")
            acts.edit(self.world, target, text)
        elif action == "delete":
            acts.delete(self.world, target)
        elif action == "like":
            acts.like(self.world, target, person)
        else:
            raise ValueError(f"no such action: {action}")
        return self._said(target)

    def _said(self, entry: Entry) -> Json:
        shown = {"id": entry.id, "current_id": entry.current_id, "author": entry.author, "parent_id": entry.parent}
        return {**shown, "text": entry.text, "deleted": entry.deleted, "pk": entry.pk}

    def _target(self, platform: Platform, order: Json) -> Entry:
        if "target" in order:
            found = self.world.find(platform, str(order["target"]))
            if found is None:
                raise KeyError(order["target"])
            return found
        posts = (e for _, e in self.world.shelf(platform, "posts").newest_first() if e.published and not e.deleted)
        newest = next((e for e in posts if e.parent is None), None)
        return newest or acts.post(self.world, platform, "صباح الخير من وزارتكم. نسعد بآرائكم واستفساراتكم.")

    def set_citizens(self, order: Json) -> Json:
        """{"running": true, "every_s": 4, "seed": 1} or {"steps": n} to act n times at once."""
        if "seed" in order:
            self.citizens.reseed(int(order["seed"]))
        steps, every_s = int(order.get("steps", 0)), float(order.get("every_s", 4.0))
        if not 0 <= steps <= MOST_STEPS:
            raise ValueError(f"steps is a number from 0 to {MOST_STEPS}, not {steps}")
        if not 0.01 <= every_s <= 86_400:
            raise ValueError(f"every_s is a number from 0.01 to 86400, not {every_s:g}")
        for _ in range(steps):
            self.citizens.step()
        if order.get("running") is True:
            self.citizens.start(every_s)
        elif order.get("running") is False:
            self.citizens.pause()
        return {"running": self.citizens.running, "acted": self.citizens.acted}

    def storm(self, order: Json) -> Json:
        return storm.brew(self.world, order)

    # -- webhooks and what was sent -----------------------------------------------------------------------------

    def set_webhooks(self, order: Json) -> Json:
        """{"meta": url, "x": url}: loopback addresses; each is challenged and the outcome told. "" stops one."""
        outcome: Json = {}
        for name, challenge in (("meta", challenge_meta), ("x", challenge_x)):
            if name not in order:
                continue
            url = str(order[name])
            if url and not is_loopback(url):
                raise ValueError(f"webhooks go to loopback addresses only, not {url}")
            setattr(self.webhooks, f"{name}_url", url)
            outcome[name] = challenge(self.world, url) if url else None
        return {"verified": outcome}

    def webhook_log(self, request: Request) -> Json:
        rows = [{"family": d.family, "url": d.url, "status": d.status, "body": d.body} for d in self.webhooks.log]
        return {"meta": self.webhooks.meta_url, "x": self.webhooks.x_url, "sent": rows}

    def requests(self, request: Request) -> Json:
        """?since=number&family=x|graph|igp&method=POST"""
        since = int(request.query.get("since", "0") or 0)
        rows = self.world.recorder.since(since)
        for name in ("family", "method"):
            if name in request.query:
                rows = [row for row in rows if row[name] == request.query[name]]
        return {"requests": rows, "last": self.world.recorder.count}

    def truth(self, request: Request) -> Reply:
        """JSON lines: what an all-hearing listener holds. ?instagram=graph|private&urls=expanded|wrapped"""
        private = request.query.get("instagram", "graph") == "private"
        wrapped = request.query.get("urls", "expanded") == "wrapped"
        rows = truth.rows(self.world, private=private, wrapped=wrapped)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return Reply(200, text, content_type="application/x-ndjson; charset=utf-8")


def _kind(platform: Platform, name: object) -> Hung:
    known = ("photo", "video", "gif") if platform == "x" else get_args(Hung)
    for kind in known:
        if name == kind:
            return kind  # type: ignore[no-any-return]  # get_args has no type
    raise ValueError(f"media are {', '.join(known)}")


def _platform(order: Json) -> Platform:
    for name in PLATFORMS:
        if order.get("platform") == name:
            return name
    raise ValueError(f"platform is one of {', '.join(PLATFORMS)}")
