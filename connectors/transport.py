"""The hardened transport under every platform client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wire:
    """How to reach the platforms: `home` re-homes every call there (empty: the real hosts); timeouts in seconds."""

    home: str = ""
    connect_s: float = 5.0
    read_s: float = 30.0
    graph_version: str = "v25.0"
    overlap_s: int = 300
