"""From what a browser says of itself, the few words by which its owner knows it again."""

#: what stands in the user agent -> what it is called; the first that fits
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"))
ENGINES = (("HeadlessChrome", "Chrome"), ("Chrome/", "Chrome"), ("CriOS", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"))
REST = (("CrOS", "ChromeOS"), ("Linux", "Linux"))


def device(agent: str) -> str:
    """`Chrome · Windows`; "" for what we don't know."""
    found = (_first(agent, BROWSERS + ENGINES), _first(agent, SYSTEMS + REST))
    return " · ".join(part for part in found if part)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in known if mark in agent), "")
