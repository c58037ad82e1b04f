"""The platforms. A new one is a file beside this and a line in CONNECTORS.

`python -c "import connectors"` imports no platform client: each is loaded when an account of it is opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from connectors.contract import Connector, Credentials
from connectors.transport import Wire
from core.i18n import Lang
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """A line of the registry. `variables`: setting field -> name of the secret (or `native_id`) given to the connector;
    `ties_private`: a private answer hangs from the comment it answers, also for the platform.

    `public`: read, and posted to for everybody; else a way to one person alone (connectors/oneway.py). `native_id`: of its one
    account, where that is this house itself and exists by itself.

    `corrected_by`: how a correction shows there what it corrects: a `reply` beneath it, a `comment` (words alone), or a `link` to
    it in its words. `figures_at_once`: of how many posts the numbers are asked for in one go, each a call of its own unless the
    platform takes a list. `host` is where it is asked how an account is, "" where the account's own secrets say so.
    """

    module: str
    name_ar: str
    name_en: str
    variables: Mapping[str, str]
    backend: str = ""
    ties_private: bool = False
    corrected_by: str = "link"
    figures_at_once: int = 25
    public: bool = True
    native_id: str = ""
    host: str = ""

    def named(self, lang: Lang) -> str:
        """فيسبوك / Facebook."""
        return self.name_ar if lang == "ar" else self.name_en

    def open(self, credentials: Credentials, wire: Wire) -> Connector:
        """The connector of one account. Makes no call."""
        opened: Connector = import_module(self.module).connect(credentials, wire)
        return opened


META = {"facebook_app_secret": "app_secret"}

CONNECTORS: dict[str, Platform] = {
    "facebook": Platform(
        "connectors.facebook",
        "فيسبوك",
        "Facebook",
        {"facebook_page_id": "native_id", "facebook_page_token": "token", **META},
        ties_private=True,
        host="graph.facebook.com",
    ),
    "x": Platform(
        "connectors.twitter",
        "إكس",
        "X",
        {
            "x_user_id": "native_id",
            "x_bearer_token": "bearer_token",
            "x_api_key": "api_key",
            "x_api_secret": "api_secret",
            "x_access_token": "access_token",
            "x_access_secret": "access_secret",
        },
        corrected_by="reply",
        figures_at_once=100,
        host="api.twitter.com",
    ),
    "instagram": Platform(
        "connectors.instagram",
        "إنستغرام",
        "Instagram",
        {"instagram_user_id": "native_id", "instagram_token": "token", **META},
        backend="graph",
        ties_private=True,
        corrected_by="comment",
        host="graph.facebook.com",
    ),
    "instagram:private": Platform(
        "connectors.instagram_private",
        "إنستغرام (غير رسمي)",
        "Instagram (unofficial)",
        {"instagram_user_id": "native_id", "instagram_session_id": "session_id"},
        backend="private",
        corrected_by="comment",
        host="i.instagram.com",
    ),
    "email": Platform(
        "connectors.email", "البريد الإلكتروني", "E-mail", {"smtp_from": "native_id", "smtp_url": "url"}, public=False
    ),
    "portal": Platform("connectors.portal", "نماذج البوابة", "Forms of the portal", {}, public=False, native_id="forms"),
}


def wire_of(settings: Settings) -> Wire:
    """The transport settings every connector of this process shares."""
    return Wire(
        settings.platform_url,
        settings.connect_timeout_s,
        settings.read_timeout_s,
        graph_version=settings.graph_version,
        overlap_s=settings.overlap_s,
    )


def platform_of(platform: str, backend: str = "") -> Platform:
    """The registry line of an account's platform and backend; KeyError for an unknown one."""
    return CONNECTORS.get(f"{platform}:{backend}") or CONNECTORS[platform]
