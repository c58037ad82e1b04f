"""The rooms with a say in what leaves us: importing this registers their guards, fillers and hooks (outbox.guards).

Imported wherever a delivery is sent, settled or decided. Without it a reply's last-moment check would be unknown and hold it.
"""

from inbox import acknowledge, addressed, moderate, reply, said
from scheduler import approval, correcting, following, metrics, reporting, unsent, untold, wake

ROOMS = (acknowledge, addressed, moderate, reply, said, approval, metrics, following, correcting, reporting, unsent, untold, wake)
