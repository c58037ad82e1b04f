"""figures"""

from desk import chrome


def page() -> None:
    chrome.title("figures")
