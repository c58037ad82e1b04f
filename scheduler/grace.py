"""How late a post may still go by itself, by what it is (FIELD §G 3); later than that it is missed and a person is asked."""

from core.settings import Settings
from outbox.enqueue import GRACE_S
from scheduler.models import Post

#: with less it is missed before a worker can come to it
GRACE_LEAST_S = 60
#: what sets something right is wanted later than news is
LASTING = ("notice", "correction", "withdrawal")
#: an occurrence that late comes too close to the next one
OCCURRENCE_S = 12 * 3600


def grace_of(post: Post, settings: Settings) -> int:
    """How many seconds after its hour it still goes by itself (and says that it is late); later than that a person is asked.

    Its own when it has one. News and announcements: MAJLIS_GRACE_S. A reminder: at most a quarter of the time it gives, because it
    tells how long is left. A notice, correction or withdrawal: two days at least. What announces an event also ends when the event
    begins, however much grace it has.
    """
    if post.grace_s is not None:
        return post.grace_s
    if post.role == "reminder" and post.before_s is not None:
        return min(settings.grace_s, post.before_s // 4)
    if post.role in LASTING:
        return max(settings.grace_s, GRACE_S)
    return min(settings.grace_s, OCCURRENCE_S) if post.role == "occurrence" else settings.grace_s
