"""How often one address may try: a bucket of tries that refills. In memory, one per process; bounded in size."""

from collections import OrderedDict
from datetime import datetime
from ipaddress import ip_address, ip_network
from threading import Lock

from core.clock import now


class Throttle:
    """`burst` tries at once, then `per_second` more; remembers the `most` addresses seen last."""

    def __init__(self, *, burst: int, per_second: float, most: int = 20_000) -> None:
        self.burst = burst
        self.per_second = per_second
        self.most = most
        self._seen: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str, *, take: bool = True, much: float = 1) -> int:
        """0 when this try may go on; otherwise the whole seconds after which the next one may. `take=False` only asks; `much`: it
        counts for so many."""
        moment = now()
        who = network_of(address)
        with self._lock:
            left, before = self._seen.pop(who, (float(self.burst), moment))
            left = min(float(self.burst), left + max(0.0, (moment - before).total_seconds()) * self.per_second)
            allowed = left >= much
            self._seen[who] = (left - much if allowed and take else left, moment)
            if len(self._seen) > self.most:
                self._seen.popitem(last=False)
        return 0 if allowed else int((much - left) / self.per_second) + 1


def network_of(address: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 of an IPv6 one (a household holds all of it)."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ip_network(f"{address}/64", strict=False))
    return str(ip)
