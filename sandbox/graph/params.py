"""Which parameters each Graph call takes. Meta ignores a stranger in silence; the sandbox refuses it, so that a
connector cannot come to rely on something nobody offers."""

from __future__ import annotations

from sandbox.graph import errors
from sandbox.http import Request, names

ALWAYS = names("access_token appsecret_proof fields limit after before method format pretty debug locale")
LISTS = frozenset(["summary"])
COMMENTS = frozenset(["filter", "live_filter", "order", "since", "summary"])
NEW_COMMENT = names(
    "attachment_id attachment_share_url attachment_url comment_privacy_value feedback_source message nectar_module "
    "parent_comment_id tracking"
)
INSIGHTS = names("metric period since until date_preset")
INSTAGRAM_INSIGHTS = names("metric period since until breakdown metric_type timeframe")
FEED = frozenset(["include_hidden", "show_expired", "with"])
NEW_POST = names(
    "actions attached_media backdated_time call_to_action caption description feed_targeting link "
    "message name object_attachment picture place privacy published scheduled_publish_time tags "
    "targeting title unpublished_content_type source"
)
NEW_PHOTO = names(
    "aid alt_text_custom allow_spherical_photo backdated_time caption message name no_story place "
    "privacy published scheduled_publish_time source tags target_id targeting temporary "
    "unpublished_content_type url feed_targeting"
)
NEW_VIDEO = names(
    "call_to_action content_category description embeddable feed_targeting file_size file_url "
    "published scheduled_publish_time source start_offset end_offset targeting thumb title "
    "upload_phase upload_session_id unpublished_content_type video_file_chunk"
)
MESSAGE = names(
    "folder message messaging_type notification_type payload persona_id recipient reply_to "
    "sender_action suggestion_action tag thread_control"
)
TAKEN: dict[tuple[str, str, str], frozenset[str]] = {
    ("GET", "Page", "feed"): FEED,
    ("GET", "Page", "published_posts"): FEED,
    ("GET", "Page", "visitor_posts"): FEED,
    ("GET", "Page", "blocked"): frozenset({"uid", "user"}),
    ("GET", "Page", "conversations"): frozenset({"folder", "platform", "tags", "user_id"}),
    ("GET", "Page", "insights"): INSIGHTS | {"breakdown", "show_description_from_api_doc"},
    ("POST", "Page", "feed"): NEW_POST,
    ("POST", "Page", "photos"): NEW_PHOTO,
    ("POST", "Page", "videos"): NEW_VIDEO,
    ("POST", "Page", "video_reels"): names(
        "description feed_targeting place scheduled_publish_time targeting title upload_phase video_id video_state"
    ),
    ("POST", "Page", "messages"): MESSAGE,
    ("POST", "Page", "subscribed_apps"): frozenset({"subscribed_fields"}),
    ("POST", "Page", "blocked"): frozenset({"asid", "psid", "uid", "user"}),
    ("DELETE", "Page", "blocked"): frozenset({"asid", "psid", "uid", "user"}),
    ("GET", "Post", "comments"): COMMENTS,
    ("GET", "Post", "likes"): LISTS,
    ("GET", "Post", "reactions"): LISTS | {"type"},
    ("GET", "Post", "insights"): INSIGHTS,
    ("POST", "Post", ""): names(
        "attached_media backdated_time is_hidden is_pinned is_published message place privacy "
        "scheduled_publish_time tags timeline_visibility"
    ),
    ("POST", "Post", "comments"): NEW_COMMENT | {"comment", "post_id"},
    ("POST", "Post", "likes"): frozenset({"feedback_source", "nectar_module", "tracking"}),
    ("GET", "Comment", "comments"): COMMENTS,
    ("GET", "Comment", "likes"): LISTS,
    ("GET", "Comment", "reactions"): LISTS | {"type"},
    ("POST", "Comment", ""): names("attachment_id attachment_share_url attachment_url is_hidden message"),
    ("POST", "Comment", "comments"): NEW_COMMENT | {"facepile_mentioned_ids", "is_offline", "object_id", "text"},
    ("POST", "Comment", "likes"): frozenset({"feedback_source", "nectar_module", "tracking"}),
    ("POST", "Video", ""): frozenset(["description", "name", "published", "privacy", "tags"]),
    ("GET", "IGUser", "media"): frozenset({"since", "until"}),
    ("GET", "IGUser", "content_publishing_limit"): frozenset({"since"}),
    ("GET", "IGUser", "insights"): INSTAGRAM_INSIGHTS,
    ("GET", "IGUser", "conversations"): frozenset({"folder", "platform", "tags", "user_id"}),
    ("POST", "IGUser", "media"): names(
        "alt_text audio_name caption children collaborators cover_url image_url is_carousel_item "
        "location_id media_type product_tags share_to_feed thumb_offset trial_params upload_type "
        "user_tags video_url"
    ),
    ("POST", "IGUser", "media_publish"): frozenset({"creation_id"}),
    ("POST", "IGUser", "mentions"): frozenset({"comment_id", "media_id", "message"}),
    ("POST", "IGUser", "messages"): MESSAGE,
    ("GET", "IGMedia", "insights"): names("metric period breakdown"),
    ("POST", "IGMedia", ""): frozenset({"comment_enabled"}),
    ("POST", "IGMedia", "comments"): frozenset({"ad_id", "message"}),
    ("POST", "IGComment", ""): frozenset({"ad_id", "hide"}),
    ("DELETE", "IGComment", ""): frozenset({"ad_id"}),
    ("POST", "IGComment", "replies"): frozenset({"message"}),
    ("GET", "UnifiedThread", "messages"): frozenset({"source"}),
}


def check(request: Request, kind: str, edge: str) -> None:
    """(#100) for a parameter this call does not take."""
    taken = TAKEN.get((request.method, kind, edge), frozenset()) | ALWAYS
    for name in (*request.query, *request.form, *request.files):
        if name.partition("[")[0] not in taken:
            raise errors.bad_parameter(f"Unknown parameter: {name} is not taken by {request.method} {kind}/{edge}")
