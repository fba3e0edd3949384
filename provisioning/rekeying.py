"""New opening and signing keys of the county on its roster: announced first, in use later.

Nodes that are away for months hold the next key before it counts, and nothing is sealed for a key
that exists on one disk alone: docs/adr/0023-new-keys-of-the-county.md.

A signing key that was replaced counts for :data:`FORMER_DAYS` more, for what is under way; not at
all if it was stolen: docs/adr/0035-another-signing-key.md.

Source: docs/protocol.md section 7.2.
"""

from protocol.codec import altered, pack
from protocol.envelope.keys import PublicKeys
from protocol.errors import RekeyError
from protocol.limits import MAX_FORMER_KEYS
from protocol.trust.roster import NextKeys, NextSigning, Roster
from provisioning.register import Register

FORMER_DAYS = 90
_DAY_MS = 86_400_000


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


def announce_signing(register: Register, public: bytes, now_ms: int) -> Roster:
    """Name ``public`` as the key that the county will sign with; nodes believe it from now on.

    The present roster if it is announced already. The caller holds the register's lock.

    Raises:
        RekeyError: another is announced, or it is no other key than the present one.
    """
    county, entry = register.roster.county()
    if entry.next_signing is not None:
        if entry.next_signing.key == public:
            return register.roster
        raise RekeyError("已公布另一把新钥")
    if entry.keys is None or entry.keys.signing == public:
        raise RekeyError("这就是正在使用的签名密钥")
    coming = NextSigning(key=public, version=register.roster.version + 1, announced_ms=now_ms)
    return register.alter(county, altered(entry, next_signing=coming))


def use_signing(register: Register, now_ms: int, *, stolen: bool) -> Roster:
    """Let the county sign with the announced key. The caller holds the register's lock.

    Args:
        stolen: the present one may be in other hands: neither it nor any before it counts now.

    Raises:
        RekeyError: none is announced.
    """
    county, entry = register.roster.county()
    if entry.next_signing is None or entry.keys is None:
        raise RekeyError("尚未公布新钥")
    former = () if stolen else (entry.keys.signing, *entry.former)[:MAX_FORMER_KEYS]
    keys = altered(entry.keys, signing=entry.next_signing.key)
    certificate = register.store.certificate(county)

    def also(_: Roster) -> None:
        register.store.put_keys(county, pack(keys), certificate)

    changed = altered(entry, keys=keys, next_signing=None, former=former, signing_ms=max(now_ms, 0))
    roster = register.put({county: changed}, also)
    register.keys[county] = keys
    return roster


def forget_former(register: Register, now_ms: int) -> Roster:
    """Former signing keys of the county count no more, once the present one is old enough.

    The present roster if it is not yet, or if there are none. The caller holds the lock.
    """
    county, entry = register.roster.county()
    if not entry.former or now_ms - entry.signing_ms <= FORMER_DAYS * _DAY_MS:
        return register.roster
    return register.alter(county, altered(entry, former=()))
