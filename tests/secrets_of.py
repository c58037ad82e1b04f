"""The accounts that the simulated platforms know: backend -> its native id and the secrets that open it there."""

from sandbox import seed

SECRETS: dict[str, tuple[str, dict[str, str]]] = {
    "facebook": (seed.FACEBOOK_PAGE_ID, {"token": seed.FACEBOOK_PAGE_TOKEN, "app_secret": seed.FACEBOOK_APP_SECRET}),
    "x": (
        seed.X_USER_ID,
        {
            "bearer_token": seed.X_BEARER_TOKEN,
            "api_key": seed.X_API_KEY,
            "api_secret": seed.X_API_SECRET,
            "access_token": seed.X_ACCESS_TOKEN,
            "access_secret": seed.X_ACCESS_SECRET,
        },
    ),
    "instagram": (seed.INSTAGRAM_USER_ID, {"token": seed.INSTAGRAM_TOKEN, "app_secret": seed.FACEBOOK_APP_SECRET}),
    "instagram:private": (seed.INSTAGRAM_PRIVATE_ID, {"session_id": seed.INSTAGRAM_SESSION_ID}),
}
