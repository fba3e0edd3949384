"""New opening keys of the county on its roster: announced first, in use later.

Nodes that are away for months hold the next key before it counts, and nothing is sealed for a key
that exists on one disk alone: docs/adr/0023-new-keys-of-the-county.md.

Source: docs/protocol.md section 7.2.
"""

from protocol.codec import altered, pack
from protocol.errors import RekeyError
from protocol.keys import PublicKeys
from protocol.roster import NextKeys, Roster
from provisioning.register import Register


def announce(register: Register, public: PublicKeys, now_ms: int) -> Roster:
    """Name the sealing keys of ``public`` as the county's next ones.

    The present roster if they are announced already. The caller holds the register's lock.

    Raises:
        RekeyError: others are announced.
    """
    county, entry = register.roster.county()
    if entry.next is not None:
        if entry.next.xwing == public.xwing:
            return register.roster
        raise RekeyError("已公布另一把新钥")
    version = register.roster.version + 1
    coming = NextKeys(
        xwing=public.xwing, x25519=public.x25519, version=version, announced_ms=now_ms
    )
    return register.alter(county, altered(entry, next=coming))


def use(register: Register) -> Roster:
    """Let nodes seal for the announced keys from now on. The caller holds the register's lock.

    Raises:
        RekeyError: none are announced.
    """
    county, entry = register.roster.county()
    if entry.next is None or entry.keys is None:
        raise RekeyError("尚未公布新钥")
    keys = altered(entry.keys, xwing=entry.next.xwing, x25519=entry.next.x25519)
    certificate = register.store.certificate(county)

    def also(_: Roster) -> None:
        register.store.put_keys(county, pack(keys), certificate)

    roster = register.put({county: altered(entry, keys=keys, next=None)}, also)
    register.keys[county] = keys
    return roster
