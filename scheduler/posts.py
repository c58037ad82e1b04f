"""Posts from the first draft to their hour, in one list: written, submitted, approved by another person, queued (DESIGN §2.4).

The deeds stand in scheduler.writing, scheduler.attaching, scheduler.approving and scheduler.ending; doors call them from here.
"""

from connectors.contract import Poll
from scheduler.again import retry
from scheduler.approving import approve, expire_unapproved, send_back, submit
from scheduler.attaching import ALT_MOST, add_media, describe_media, order_media, remove_media
from scheduler.comments import write as comment
from scheduler.correcting import correct, removable, withdraw
from scheduler.ending import cancel
from scheduler.events import EventFacts
from scheduler.importing import ImportResult, import_lines
from scheduler.moving import move
from scheduler.notices import Consequences, cancel_event, change_event, tell_anew
from scheduler.pair import Version
from scheduler.preview import Preview, preview
from scheduler.recurring import Day, days, skip, take_up
from scheduler.reminders import Reminder, remind, reminders
from scheduler.writing import KINDS, draft, edit

__all__ = [
    "ALT_MOST",
    "KINDS",
    "Consequences",
    "Day",
    "EventFacts",
    "ImportResult",
    "Poll",
    "Preview",
    "Reminder",
    "Version",
    "add_media",
    "approve",
    "cancel",
    "cancel_event",
    "change_event",
    "comment",
    "correct",
    "days",
    "describe_media",
    "draft",
    "edit",
    "expire_unapproved",
    "import_lines",
    "move",
    "order_media",
    "preview",
    "remind",
    "reminders",
    "removable",
    "remove_media",
    "retry",
    "send_back",
    "skip",
    "submit",
    "take_up",
    "tell_anew",
    "withdraw",
]
