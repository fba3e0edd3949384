"""A village where nobody knows a password any more, and what it asks of the county."""

from dataclasses import dataclass

from protocol.envelope.desk_code import desk_code
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key
from protocol.envelope.vault import VaultRecord, new_vault
from protocol.envelope.vault_county import CountyRecipient, CountySlot, open_release
from tests.central.county.review.withdrawing import Withdrawing
from tests.central.county.village import Village

FANG = "韦小芳"


@dataclass(kw_only=True)
class Desk:
    """One station with its vault."""

    centre: Withdrawing
    village: Village
    vault: VaultRecord
    key: SoftwareOpeningKey | None = None  # one-time, of the newest request

    @property
    def node(self) -> str:
        return self.village.node

    @property
    def slot(self) -> CountySlot:
        assert self.vault.county is not None
        return self.vault.county

    def request(self, *, slot: CountySlot | None = None, at_ms: int = 0) -> DeskRequest:
        """A request with a key of its own."""
        self.key = new_opening_key(SuiteNumber.X25519, self.village.randomness)
        return DeskRequest(
            vault=self.vault.public,
            slot=slot or self.slot,
            desk=self.key.public_bytes(),
            clerk=FANG,
            at_ms=at_ms,
        )

    async def asks(self, request: DeskRequest | None = None) -> str:
        """A request comes to the county; its code."""
        asked = request or self.request()
        await self.centre.bring(self.village.seal(asked))
        return desk_code(self.village.node, asked)

    async def answers(self) -> list[DeskRelease]:
        """What the county has sent down."""
        mail = await self.centre.mail(self.village)
        return [one for _, one in mail if isinstance(one, DeskRelease)]

    def opens(self, answer: DeskRelease) -> SoftwareOpeningKey:
        """What the desk finds in an answer."""
        assert self.key is not None
        return open_release(
            answer.sealed, station=self.village.node, public=self.vault.public, desk=self.key
        )


async def desk_in(centre: Withdrawing) -> Desk:
    """A new station, whose vault has a slot for this county."""
    village = await centre.village()
    keys = centre.scene.keys.public()
    recipient = CountyRecipient(station=village.node, keys=keys)
    vault, _ = new_vault("开站时设的口令", village.randomness, recipient)
    return Desk(centre=centre, village=village, vault=vault)
