"""Which parameters X takes, and what it says of any other."""

from __future__ import annotations

import re

from sandbox.clock import parse
from sandbox.http import Request, names
from sandbox.x import errors

TWEET_FIELDS = names(
    "article attachments author_id card_uri community_id context_annotations conversation_id "
    "created_at display_text_range edit_controls edit_history_tweet_ids entities geo id "
    "in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics "
    "note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive "
    "promoted_metrics public_metrics referenced_tweets reply_settings scopes source "
    "suggested_source_links suggested_source_links_with_counts text withheld"
)
USER_FIELDS = names(
    "affiliation confirmed_email connection_status created_at description entities id "
    "is_identity_verified location most_recent_tweet_id name parody pinned_tweet_id "
    "profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription "
    "subscription_type url username verified verified_followers_count verified_type withheld"
)
MEDIA_FIELDS = names(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url "
    "promoted_metrics public_metrics type url variants width"
)
POLL_FIELDS = frozenset(["duration_minutes", "end_datetime", "id", "options", "voting_status"])
PLACE_FIELDS = names("contained_within country country_code full_name geo id name place_type")
DM_FIELDS = names(
    "attachments created_at dm_conversation_id entities event_type id participant_ids referenced_tweets sender_id text"
)
TWEET_EXPANSIONS = names(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username geo.place_id "
    "in_reply_to_user_id entities.note.mentions.username referenced_tweets.id "
    "referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id"
)
USER_EXPANSIONS = frozenset(["affiliation.user_id", "most_recent_tweet_id", "pinned_tweet_id"])
DM_EXPANSIONS = names("attachments.media_keys participant_ids referenced_tweets.id sender_id")
ANALYTICS_FIELDS = names(
    "app_install_attempts app_opens bookmarks detail_expands email_tweet engagements follows "
    "hashtag_clicks id impressions likes media_views permalink_clicks quote_tweets replies retweets "
    "shares timestamp unfollows unlikes url_clicks user_profile_clicks"
)
LISTED: dict[str, frozenset[str]] = {
    "tweet.fields": TWEET_FIELDS,
    "user.fields": USER_FIELDS,
    "media.fields": MEDIA_FIELDS,
    "poll.fields": POLL_FIELDS,
    "place.fields": PLACE_FIELDS,
    "dm_event.fields": DM_FIELDS,
    "analytics.fields": ANALYTICS_FIELDS,
}
TWEETS = frozenset({"tweet.fields", "user.fields", "media.fields", "poll.fields", "place.fields", "expansions"})
USERS = frozenset({"user.fields", "tweet.fields", "expansions"})


def check(request: Request, allowed: frozenset[str], expansions: frozenset[str] = TWEET_EXPANSIONS) -> None:
    """400 for a parameter this endpoint does not take, or a field or expansion X does not have."""
    for name, value in request.query.items():
        if name not in allowed:
            raise errors.invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(sorted(allowed))}]")
        known = expansions if name == "expansions" else LISTED.get(name)
        if known is None:
            continue
        for part in value.split(","):
            if part not in known:
                raise errors.invalid(
                    name, value, f"The `{name}` query parameter value [{part}] is not one of [{','.join(sorted(known))}]"
                )


def listed(request: Request, name: str) -> frozenset[str]:
    value = request.query.get(name, "")
    return frozenset(value.split(",")) if value else frozenset()


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not text.isdigit() or not low <= int(text) <= high:
        raise errors.invalid(name, text, f"The `{name}` query parameter value [{text}] is not between {low} and {high}")
    return int(text)


def post_id(request: Request, name: str) -> int | None:
    text = request.query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,19}", text):
        raise errors.invalid(name, text, f"The `{name}` query parameter value [{text}] is not valid")
    return int(text)


def instant(request: Request, name: str) -> float | None:
    text = request.query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text):
        raise errors.invalid(name, text, f"Invalid '{name}': '{text}'. Must be RFC 3339 in UTC, as 2026-01-06T18:40:40Z")
    return parse(text.replace("Z", "+00:00"))
