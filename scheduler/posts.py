"""Posts from the first draft to their hour, in one list: written, submitted, approved by another person, queued (DESIGN §2.4).

The deeds stand in scheduler.writing, scheduler.approving and scheduler.ending; doors call them from here.
"""

from scheduler.approving import approve, expire_unapproved, send_back, submit
from scheduler.ending import cancel
from scheduler.events import EventFacts
from scheduler.importing import ImportResult, import_lines
from scheduler.preview import Preview, preview
from scheduler.writing import ALT_MOST, KINDS, add_picture, draft, edit, remove_picture

__all__ = [
    "ALT_MOST",
    "KINDS",
    "EventFacts",
    "ImportResult",
    "Preview",
    "add_picture",
    "approve",
    "cancel",
    "draft",
    "edit",
    "expire_unapproved",
    "import_lines",
    "preview",
    "remove_picture",
    "send_back",
    "submit",
]
