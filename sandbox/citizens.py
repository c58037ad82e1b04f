"""Citizens who act while you watch: they ask, thank, grumble, answer each other, edit, delete, and answer the page."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox import acts, day, voices
from sandbox.entries import PLATFORMS, Entry, Person, Platform
from sandbox.voices import Voice
from sandbox.world import Event, World

ANSWER_AFTER_S = (8.0, 40.0)
TURNS = 2


@dataclass(order=True)
class Promise:
    """Something a citizen will do at `at` (the sandbox's clock)."""

    at: float
    number: int
    act: Callable[[], None] = field(compare=False)


class Citizens:
    """`step` does one act, from a seed; `start` steps from a thread until `pause`. `acted` counts the acts."""

    def __init__(self, world: World, seed: int = 7) -> None:
        self.world = world
        self.acted = 0
        self.thread: threading.Thread | None = None
        self.over = threading.Event()
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        self.choice = random.Random(seed)
        self.promises: list[Promise] = []
        self.spoken: dict[str, Voice] = {}
        self.answered: dict[str, int] = {}
        self.hand: list[Voice] = []
        self.opening = [self.dealt("wages", "ar"), self.dealt("thanks", "ar"), self.dealt("abuse", "ar")]

    @property
    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    # -- hearing the page ---------------------------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """When the page answers somebody who still has something to say, he will answer back in a while."""
        if event.verb == "add" and event.entry is not None and event.entry.own and event.entry.parent:
            target = self.world.find(event.platform, event.entry.parent)
            if target is not None and not target.own and target.id in self.spoken:
                self._promise_answer(event.entry, target)
        elif event.verb == "message" and event.message is not None and event.message.own and event.person:
            self._promise_message(event.platform, event.person)

    def _promise_answer(self, reply: Entry, target: Entry) -> None:
        key = f"{target.platform}:{target.author}:{target.root}"
        turn = self.answered.get(key, 0)
        if turn >= TURNS:
            return
        self.answered[key] = turn + 1
        voice = self.spoken[target.id]
        angry = voice.theme in ("criticism", "wages") and self.choice.random() < 0.15
        usual = voices.phrase("angry" if angry else "answered", voice.lang, self.choice)
        text = voice.then if voice.then and turn == 0 and not angry else usual
        person = self.world.person(target.platform, target.author)

        def act() -> None:
            standing = self.world.find(reply.platform, reply.id)
            if standing is not None and not standing.deleted:
                self._remember(acts.comment(self.world, reply.platform, person, text, reply.id), voice)

        self._promise(act)

    def _promise_message(self, platform: Platform, person: Person) -> None:
        key = f"{platform}:{person.id}:messages"
        if self.answered.get(key, 0) >= TURNS:
            return
        self.answered[key] = self.answered.get(key, 0) + 1
        text = voices.phrase("answered", "ar" if any(ord(c) > 0x600 for c in person.name) else "en", self.choice)
        self._promise(lambda: acts.message(self.world, platform, person, text) and None)

    def _promise(self, act: Callable[[], None]) -> None:
        at = self.world.clock.now() + self.choice.uniform(*ANSWER_AFTER_S)
        heapq.heappush(self.promises, Promise(at, len(self.promises) + self.acted, act))

    # -- acting -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One act: a promise that has fallen due, or something new."""
        with self.world.lock:
            if self.promises and self.promises[0].at <= self.world.clock.now():
                heapq.heappop(self.promises).act()
            else:
                self._act()
            self.acted += 1

    def _act(self) -> None:
        if self.opening:
            self._speak(self.opening.pop(0))
            return
        acts_by_weight: tuple[tuple[Callable[[], None], int], ...] = (
            (lambda: self._speak(self.dealt()), 62),
            (self._join_in, 12),
            (self._message, 6),
            (self._edit, 5),
            (self._delete, 4),
            (self._like, 11),
        )
        choices, weights = zip(*acts_by_weight, strict=True)
        self.choice.choices(choices, weights)[0]()

    def dealt(self, theme: str = "", lang: str = "") -> Voice:
        """A voice from a shuffled pack, so that none comes again before all have spoken."""
        if theme:
            return next(v for v in voices.voices() if v.theme == theme and v.lang == lang)
        if not self.hand:
            self.hand = list(voices.voices())
            self.choice.shuffle(self.hand)
        return self.hand.pop()

    def _speak(self, voice: Voice) -> None:
        platform = self.choice.choices(PLATFORMS, (40, 35, 25))[0]
        person = voices.somebody(self.world, platform, voice.lang, self.choice)
        about = self._recent_posts(platform)
        if platform == "x" or not about:
            entry = day.mention(self.world, platform, voice, person.username, self.choice, None, about)
        else:
            entry = acts.comment(self.world, platform, person, voice.text, self.choice.choice(about).id)
        self._remember(entry, voice)

    def _remember(self, entry: Entry, voice: Voice) -> None:
        self.spoken[entry.id] = voice

    def _recent_posts(self, platform: Platform) -> list[Entry]:
        shelf = self.world.shelf(platform, "posts").newest_first()
        found = (e for _, e in shelf if e.published and not e.deleted and e.comments_open and not e.parent)
        return [entry for entry, _ in zip(found, range(4), strict=False)]

    def _recent_words(self, mine: bool) -> Entry | None:
        """Something a citizen said lately; `mine`: by one of those who act here."""
        found: list[Entry] = []
        for platform in PLATFORMS:
            for _, entry in self.world.shelf(platform, "all").newest_first():
                if not entry.own and not entry.deleted and not entry.hidden and (not mine or entry.id in self.spoken):
                    found.append(entry)
                if len(found) > 20 * (PLATFORMS.index(platform) + 1):
                    break
        return self.choice.choice(found) if found else None

    def _join_in(self) -> None:
        target = self._recent_words(mine=False)
        if target is None or (target.platform != "x" and target.kind == "mention"):
            self._speak(self.dealt())
            return
        voice = self.spoken.get(target.id)
        lang = voice.lang if voice else "ar"
        person = voices.somebody(self.world, target.platform, lang, self.choice)
        acts.comment(self.world, target.platform, person, voices.phrase("thread", lang, self.choice), target.id)

    def _message(self) -> None:
        lang = self.choice.choice(["ar", "ar", "en", "ur", "tl"])
        platform = self.choice.choice(PLATFORMS)
        person = voices.somebody(self.world, platform, lang, self.choice)
        acts.message(self.world, platform, person, voices.phrase("dm", lang, self.choice))

    def _edit(self) -> None:
        target = self._recent_words(mine=True)
        if target is None or target.platform == "instagram" or len(target.versions) > 3:
            self._speak(self.dealt())
            return
        endings = voices.phrases()["edit"]
        ending = endings.get(self.spoken[target.id].lang, endings["other"])
        acts.edit(self.world, target, target.text[target.prefix :].removesuffix(ending) + ending)

    def _delete(self) -> None:
        target = self._recent_words(mine=True)
        if target is None:
            self._speak(self.dealt())
        else:
            acts.delete(self.world, target)

    def _like(self) -> None:
        platform = self.choice.choice(PLATFORMS)
        about = self._recent_posts(platform)
        if not about:
            self._speak(self.dealt())
            return
        acts.like(self.world, self.choice.choice(about), voices.somebody(self.world, platform, "ar", self.choice))

    # -- the thread ---------------------------------------------------------------------------------------------

    def start(self, every_s: float = 4.0) -> None:
        """Act every so many seconds, on the host's time, until `pause`."""
        self.pause()
        self.over.clear()
        self.thread = threading.Thread(target=self._run, args=(every_s,), name="sandbox-citizens", daemon=True)
        self.thread.start()

    def _run(self, every_s: float) -> None:
        while not self.over.wait(every_s):
            self.step()

    def pause(self) -> None:
        self.over.set()
        if self.thread is not None and self.thread is not threading.current_thread():
            self.thread.join(10)
        self.thread = None

    def stop(self) -> None:
        self.pause()
