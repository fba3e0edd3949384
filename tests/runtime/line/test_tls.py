"""Who is let in: our county's certificates only, whatever the year, TLS 1.3 only."""

import datetime as dt
import ssl
from pathlib import Path

import pytest

from protocol.errors import MalformedError
from protocol.trust.certificate import certificate_node
from runtime.line.tls import client_context, server_context
from tests.builders.certificates import SmallCa
from tests.builders.envelopes import HUB, STATION

CA = SmallCa()
OTHER_CA = SmallCa(secret=bytes(32))
HUB_TLS, STATION_TLS = b"h" * 32, b"s" * 32


def shake_hands(
    client: ssl.SSLContext, server: ssl.SSLContext
) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """Both ends after the handshake, over memory instead of a socket."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    child = client.wrap_bio(down, up, server_side=False)
    parent = server.wrap_bio(up, down, server_side=True)
    waiting = [child, parent]
    for _ in range(10):
        for end in list(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except ssl.SSLWantReadError:
                continue
    assert not waiting
    return child, parent


def parent_context(folder: Path, ca: SmallCa = CA) -> ssl.SSLContext:
    return server_context((ca.der,), *ca.files(folder, HUB, HUB_TLS))


def test_a_child_with_our_certificate_is_known_by_its_node(tmp_path: Path) -> None:
    child, parent = shake_hands(
        client_context((CA.der,), *CA.files(tmp_path, STATION, STATION_TLS)),
        parent_context(tmp_path),
    )
    assert child.version() == parent.version() == "TLSv1.3"
    shown, seen = parent.getpeercert(binary_form=True), child.getpeercert(binary_form=True)
    assert shown is not None
    assert seen is not None
    assert certificate_node(shown) == STATION
    assert certificate_node(seen) == HUB


def test_no_byte_goes_into_tickets_that_nobody_uses(tmp_path: Path) -> None:
    child, _ = shake_hands(
        client_context((CA.der,), *CA.files(tmp_path, STATION, STATION_TLS)),
        parent_context(tmp_path),
    )
    with pytest.raises(ssl.SSLWantReadError):
        child.read(1)  # whatever came behind the handshake
    assert child.session is None or not child.session.has_ticket


def test_a_child_without_a_certificate_gets_in_to_join(tmp_path: Path) -> None:
    _, parent = shake_hands(client_context((CA.der,)), parent_context(tmp_path))
    assert parent.getpeercert(binary_form=True) is None


def test_a_child_with_another_county_s_certificate_is_refused(tmp_path: Path) -> None:
    stranger = client_context((CA.der,), *OTHER_CA.files(tmp_path, STATION, STATION_TLS))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(stranger, parent_context(tmp_path))


def test_a_parent_of_another_county_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(client_context((CA.der,)), parent_context(tmp_path, OTHER_CA))


@pytest.mark.parametrize(
    ("first", "last"), [(1990, 1991), (2090, 2091)], ids=["long past", "not yet"]
)
def test_no_date_keeps_anybody_out(tmp_path: Path, first: int, last: int) -> None:
    """A PC that believes in 2009 sees certificates of the future, and is seen alike."""
    ca = SmallCa(
        not_before=dt.datetime(first, 1, 1, tzinfo=dt.UTC),
        not_after=dt.datetime(last, 1, 1, tzinfo=dt.UTC),
    )
    station = client_context((ca.der,), *ca.files(tmp_path, STATION, STATION_TLS))
    _, parent = shake_hands(station, parent_context(tmp_path, ca))
    assert parent.getpeercert(binary_form=True) is not None


def test_an_older_tls_is_refused(tmp_path: Path) -> None:
    old = client_context((CA.der,))
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        shake_hands(old, parent_context(tmp_path))


def test_the_parent_is_known_by_its_node_not_by_its_host_name() -> None:
    context = client_context((CA.der,))
    assert not context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_what_is_no_certificate_makes_no_context() -> None:
    with pytest.raises(MalformedError):
        client_context((b"not a certificate",))
