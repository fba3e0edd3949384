"""Who replaces the keys of a county: those that sign, issue certificates and open."""

from collections.abc import Awaitable, Callable

from central.county.county import County
from central.county.keys.rekeying import Rekeying
from central.county.keys.signing import Signing
from central.county.keys.tls import TlsRekeying
from central.relay.service import Relay
from provisioning.authority import Authority
from runtime.system import SystemRandomness


def county_keys(
    relay: Relay, authority: Authority, county: County, publish: Callable[[], Awaitable[None]]
) -> tuple[Signing, TlsRekeying, Rekeying]:
    """Who replaces the keys that sign, issue certificates and open; what was begun goes on."""
    overview = county.nodes.overview
    signing = Signing(
        relay=relay,
        authority=authority,
        catalogue=county.catalogue,
        randomness=SystemRandomness(),
        overview=overview,
        changed=publish,
    )
    tls = TlsRekeying(
        identity=relay.identity, authority=authority, overview=overview, changed=signing.changed
    )
    opening = Rekeying(
        identity=relay.identity,
        authority=authority,
        randomness=SystemRandomness(),
        overview=overview,
        changed=publish,
    )
    signing.begin()
    tls.begin()
    return signing, tls, opening
