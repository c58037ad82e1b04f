"""compose"""

from desk import chrome


def page() -> None:
    chrome.title("compose")
