"""A press office whose accounts stand on the simulated platforms: posts written, approved by somebody else and queued by the verbs
that every door calls; the accounts opened by the product's own connectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image

from bench.punctual.platforms import Simulator
from bench.punctual.simulator import native_id
from bench.staff import Staff, approved, hired
from bench.storm.house import word
from connectors.contract import Connector
from core.actors import OPERATING
from core.db import Database
from core.models import Account
from core.settings import Settings, load
from core.vault import Vault, open_vault
from outbox.accounts import Connections, add_account, open_connector
from sandbox import seed

#: so many are prepared in one transaction
TOGETHER = 25
SECRETS = {
    "x": {
        "api_key": seed.X_API_KEY,
        "api_secret": seed.X_API_SECRET,
        "access_token": seed.X_ACCESS_TOKEN,
        "access_secret": seed.X_ACCESS_SECRET,
    },
    "instagram": {"token": seed.INSTAGRAM_TOKEN},
}


@dataclass(frozen=True, slots=True)
class Office:
    """`accounts` of one platform in the order of the simulator's; `placed` and `opened` by account id."""

    db: Database
    settings: Settings
    accounts: Sequence[Account]
    vault: Vault
    placed: dict[int, Settings]
    opened: dict[int, Connections]
    staff: Staff

    def connect(self, account: Account) -> Connector:
        """The account's connector, as a worker opens it; each account's platform has an address of its own."""
        return self.opened[account.id or 0](account)

    def another(self, account: Account) -> Connector:
        """One more connector of the account, for whoever keeps it himself."""
        return open_connector(account, self.placed[account.id or 0], self.vault)

    def approved(self, count: int, at: datetime, picture: Path | None = None) -> None:
        """`count` posts for `at`, one account each by turns: written by one person, submitted, approved by another."""
        for start in range(0, count, TOGETHER):
            with self.db.write() as session:
                for number in range(start, min(start + TOGETHER, count)):
                    account, pictures = self.accounts[number % len(self.accounts)], [picture] if picture else []
                    approved(session, self.staff, account, word(number), settings=self.settings, at=at, pictures=pictures)


def opened(db: Database, simulator: Simulator, platform: str, var_dir: str, **given: str) -> Office:
    """An empty office with an account on each of the simulator's platforms. `given`: settings by variable name."""
    settings = load(MAJLIS_VAR_DIR=var_dir, **given)
    vault = open_vault(settings)
    with db.write() as session:
        ids = [native_id(platform, number) for number in range(len(simulator.urls))]
        accounts = [add_account(session, OPERATING, platform, id_, SECRETS[platform], vault=vault) for id_ in ids]
        staff = hired(session)
    placed = {account.id or 0: at(url, var_dir, **given) for account, url in zip(accounts, simulator.urls, strict=True)}
    connections = {id_: Connections(its, vault) for id_, its in placed.items()}
    return Office(db, settings, accounts, vault, placed, connections, staff)


def at(url: str, var_dir: str, **given: str) -> Settings:
    """The settings of an account whose platform stands at `url`."""
    return load(MAJLIS_VAR_DIR=var_dir, MAJLIS_PLATFORM_URL=url, **given)


def picture(folder: Path) -> Path:
    """A picture that Instagram takes."""
    path = folder / "picture.jpg"
    Image.new("RGB", (64, 64), (0, 98, 51)).save(path)
    return path
