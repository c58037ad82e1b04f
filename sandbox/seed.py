"""The accounts and credentials everybody uses against the sandbox, and the worlds to start from.

None of these is a secret: they open nothing but this simulation.
"""

from __future__ import annotations

from sandbox.clock import Clock
from sandbox.entries import Person
from sandbox.world import Credentials, Token, World

FACEBOOK_PAGE_ID = "104200300400500"
FACEBOOK_PAGE_TOKEN = "sandbox-facebook-page-token"  # noqa: S105  # opens only this simulation
FACEBOOK_APP_ID = "900100200300400"
FACEBOOK_APP_SECRET = "sandbox-app-secret"  # noqa: S105  # opens only this simulation
META_VERIFY_TOKEN = "sandbox-verify-token"  # noqa: S105  # opens only this simulation
X_USER_ID = "1200300400500600700"
X_USERNAME = "MinistryDemo"
X_BEARER_TOKEN = "sandbox-x-bearer-token"  # noqa: S105  # opens only this simulation
X_USER_BEARER_TOKEN = "sandbox-x-user-bearer-token"  # noqa: S105  # opens only this simulation
X_API_KEY = "sandbox-x-api-key"
X_API_SECRET = "sandbox-consumer-secret"  # noqa: S105  # opens only this simulation
X_ACCESS_TOKEN = "sandbox-x-access-token"  # noqa: S105  # opens only this simulation
X_ACCESS_SECRET = "sandbox-x-access-secret"  # noqa: S105  # opens only this simulation
INSTAGRAM_USER_ID = "17841400000000777"
INSTAGRAM_TOKEN = "sandbox-instagram-token"  # noqa: S105  # opens only this simulation
INSTAGRAM_PRIVATE_ID = "777"
INSTAGRAM_SESSION_ID = "777%3Asandbox-session"
INSTAGRAM_USERNAME = "ministry.demo"

NAME_AR = "وزارة العمل التجريبية"
SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "read_insights",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_content_publish",
    "instagram_manage_insights",
    "instagram_manage_messages",
)

ENVIRONMENT = {
    "FACEBOOK_PAGE_ID": FACEBOOK_PAGE_ID,
    "FACEBOOK_PAGE_TOKEN": FACEBOOK_PAGE_TOKEN,
    "FACEBOOK_APP_SECRET": FACEBOOK_APP_SECRET,
    "META_VERIFY_TOKEN": META_VERIFY_TOKEN,
    "X_USER_ID": X_USER_ID,
    "X_BEARER_TOKEN": X_BEARER_TOKEN,
    "X_API_KEY": X_API_KEY,
    "X_API_SECRET": X_API_SECRET,
    "X_ACCESS_TOKEN": X_ACCESS_TOKEN,
    "X_ACCESS_SECRET": X_ACCESS_SECRET,
    "INSTAGRAM_USER_ID": INSTAGRAM_USER_ID,
    "INSTAGRAM_TOKEN": INSTAGRAM_TOKEN,
    "INSTAGRAM_SESSION_ID": INSTAGRAM_SESSION_ID,
}
"""The settings of a house connected to this sandbox, by their names in .env."""


def bare(seed: int = 1, clock: Clock | None = None) -> World:
    """A world with the three accounts and their tokens, in which nobody has said anything."""
    world = World(seed, clock)
    furnish(world)
    return world


def furnish(world: World) -> None:
    """Put the accounts, tokens and app keys into a cleared world."""
    world.enrol(Person("facebook", FACEBOOK_PAGE_ID, NAME_AR, X_USERNAME, own=True))
    world.enrol(Person("x", X_USER_ID, NAME_AR, X_USERNAME, own=True))
    world.enrol(Person("instagram", INSTAGRAM_USER_ID, NAME_AR, INSTAGRAM_USERNAME, own=True))
    world.instagram_private_id = INSTAGRAM_PRIVATE_ID
    world.credentials = Credentials(X_API_KEY, X_API_SECRET, FACEBOOK_APP_ID, FACEBOOK_APP_SECRET, META_VERIFY_TOKEN)
    world.subscribed_fields = {"feed", "mention", "messages"}
    for token in (
        Token(FACEBOOK_PAGE_TOKEN, "facebook", "page", scopes=SCOPES),
        Token(INSTAGRAM_TOKEN, "instagram", "page", scopes=SCOPES),
        Token(X_BEARER_TOKEN, "x", "bearer"),
        Token(X_USER_BEARER_TOKEN, "x", "user"),
        Token(X_ACCESS_TOKEN, "x", "user", secret=X_ACCESS_SECRET),
        Token(INSTAGRAM_SESSION_ID.replace("%3A", ":"), "instagram", "session"),
    ):
        world.tokens[token.value] = token


def demo(seed: int = 1, clock: Clock | None = None) -> World:
    """The furnished world with forty posts of the past weeks and what citizens said in the last 24 hours."""
    from sandbox.day import fill

    world = bare(seed, clock)
    fill(world)
    return world
