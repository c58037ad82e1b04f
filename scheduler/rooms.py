"""The rooms with a say in what leaves us: importing this registers their guards, fillers and hooks (outbox.guards).

Imported wherever a delivery is sent, settled or decided. Without it a reply's last-moment check would be unknown and hold it.
"""

from inbox import acknowledge, addressed, moderate, reply, said
from scheduler import again, approval, correcting, following, metrics, reporting, unsent, untold, wake

OF_WORDS = (acknowledge, addressed, moderate, reply, said)
ROOMS = (*OF_WORDS, again, approval, metrics, following, correcting, reporting, unsent, untold, wake)
