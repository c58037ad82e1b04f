"""Who may do what: actors, roles, abilities.

Abilities are checked where state changes (`actor.require(...)` in every verb), so the desk, the portal, the command line
and the worker can't walk around them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.errors import Forbidden

#: What each role may do. A role is a set of abilities, nothing else. `pii.view`: reads personal data in what the public wrote,
#: for whoever answers them; `pii.unmask`: sees it masked and may uncover one item, which is audited.
ROLES: dict[str, frozenset[str]] = {
    "author": frozenset({"post.write", "item.read", "figures.read"}),
    "approver": frozenset({"post.write", "post.approve", "reply.approve", "item.read", "figures.read", "pause.press"}),
    "agent": frozenset({"item.read", "item.work", "reply.write", "case.work", "case.manage", "pii.view"}),
    "moderator": frozenset(
        {"item.read", "item.work", "item.moderate", "reply.write", "case.work", "case.manage", "pii.view", "saved.keep"}
    ),
    "appeal_reviewer": frozenset({"item.read", "appeal.decide", "item.moderate", "pii.unmask"}),
    "manager": frozenset(
        {
            "item.read",
            "case.work",
            "case.manage",
            "result.publish",
            "department.keep",
            "hold.set",
            "figures.read",
            "pause.press",
            "delivery.decide",
            "reply.approve",
            "pii.unmask",
            "calendar.keep",
            "saved.keep",
            "tag.keep",
        }
    ),
    "policy_owner": frozenset({"item.read", "policy.propose", "policy.activate", "figures.read"}),
    "auditor": frozenset({"item.read", "audit.read", "figures.read", "export.take", "hold.set", "pii.unmask"}),
    "admin": frozenset(
        {
            "account.admin",
            "user.admin",
            "audit.read",
            "item.read",
            "figures.read",
            "export.take",
            "delivery.decide",
            "calendar.keep",
            "department.keep",
        }
    ),
}
#: of the machine, and of whoever showed the secret of his case
NO_ROLE = frozenset({"system.receive", "system.send", "appeal.lodge", "case.speak", "words.erase"})
ABILITIES: frozenset[str] = frozenset().union(*ROLES.values()) | NO_ROLE

#: The operator's door runs the machine; he approves, activates and moderates nothing (DESIGN §2.12).
OPERATOR = frozenset(
    {
        "account.admin",
        "user.admin",
        "audit.read",
        "export.take",
        "item.read",
        "figures.read",
        "post.write",
        "post.import",
        "policy.propose",
        "system.receive",
        "system.send",
        "words.erase",
        "saved.keep",
        "tag.keep",
    }
)
MACHINE = frozenset({"system.receive", "system.send", "words.erase", "case.work", "item.read", "figures.read"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something. `label` is what the audit keeps: `user:7`, `operator`, `worker`, `citizen`."""

    label: str
    abilities: frozenset[str] = field(default_factory=frozenset)
    user_id: int | None = None
    name: str = ""

    def can(self, ability: str) -> bool:
        return ability in self.abilities

    def require(self, ability: str) -> None:
        """Raise Forbidden unless the actor has `ability`."""
        if ability not in self.abilities:
            raise Forbidden(ability=ability, actor=self.label)

    def oneself(self) -> int:
        """The id of the person he is; Forbidden for the machine, the operator and the public, who have no account here."""
        if self.user_id is None:
            raise Forbidden(ability="account.own", actor=self.label)
        return self.user_id


WORKER = Actor("worker", MACHINE)
OPERATING = Actor("operator", OPERATOR)
DOOR = Actor("portal", frozenset({"system.receive", "case.work"}))  # takes in what somebody wrote on a form of ours
#: a door gives this only to whoever proved that a case is his
CITIZEN = Actor("citizen", frozenset({"appeal.lodge", "case.speak", "words.erase"}))
NOBODY = Actor("nobody")  # whoever is typing a password


def abilities_of(roles: Iterable[str]) -> frozenset[str]:
    """All abilities of these roles; an unknown role gives none."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
