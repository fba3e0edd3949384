"""New keys of a node on disk: made once, kept until their certificate has come, then in force.

They lie beside the present ones, and one rename puts them in force, so a power cut leaves a node
with the old keys or the new. A node takes them when it holds the certificate and its own roster
names them: then its parent, which gave it that roster, knows them too.

Source: docs/protocol.md section 10.5.
"""

import logging
from pathlib import Path

from protocol.codec import pack, unpack
from protocol.envelope.keys import KEY_BYTES, SoftwareSigner
from protocol.envelope.payloads import Renewal
from protocol.errors import SignatureError
from protocol.ports import Randomness
from protocol.trust.certificate import (
    certificate_key_hash,
    certificate_node,
    certificate_pem,
    key_pem,
    tls_key_hash,
    tls_request,
)
from protocol.trust.renewal import RenewalRequest, sign_renewal
from protocol.trust.roster import Roster, RosterEntry
from runtime.disk.files import private_folder, write_private
from runtime.node.certificate import fits_present_key, replace_certificate
from runtime.node.identity import (
    Identity,
    Secrets,
    keys_number,
    renewed_folder,
    use_keys,
)

_KEYS, _CERTIFICATE, _TLS_KEY = "keys.bin", "tls.pem", "tls.key"

log = logging.getLogger(__name__)


def ask_for_keys(identity: Identity, randomness: Randomness) -> Renewal:
    """What to send to the county; the new keys are on disk. Asking again asks for the same."""
    secrets = _next_secrets(identity, randomness)
    signer = SoftwareSigner(secrets.signing)
    request = RenewalRequest(
        node=bytes.fromhex(identity.node),
        previous=identity.keys.signer.public_bytes(),
        signing=signer.public_bytes(),
        tls_request=tls_request(identity.node, secrets.tls),
    )
    return sign_renewal(signer, request)


def keep_certificate(identity: Identity, certificate: bytes, roster: Roster) -> None:
    """Store a certificate (DER) for the keys that were asked for, or another for the present ones.

    Raises:
        MalformedError: it is no certificate.
        SignatureError: nobody asked for it, it is for other keys, or of another TLS authority.
    """
    if fits_present_key(identity, certificate):
        replace_certificate(identity, certificate, roster)
        return
    folder = _next_folder(identity)
    if not (folder / _KEYS).exists():
        raise SignatureError("a certificate that was not asked for")
    secrets = unpack((folder / _KEYS).read_bytes(), Secrets)
    if certificate_node(certificate) != identity.node:
        raise SignatureError("the certificate of another node")
    if certificate_key_hash(certificate) != tls_key_hash(secrets.tls):
        raise SignatureError("a certificate for other keys")
    write_private(folder / _TLS_KEY, key_pem(secrets.tls))
    write_private(folder / _CERTIFICATE, certificate_pem(certificate))  # whoever finds it uses it


def awaits_certificate(identity: Identity) -> bool:
    """Whether new keys were asked for, and their certificate has not come."""
    folder = _next_folder(identity)
    return (folder / _KEYS).exists() and not (folder / _CERTIFICATE).exists()


def may_take_keys(identity: Identity, entry: RosterEntry | None) -> bool:
    """Whether new keys are complete here, and ``entry``, ours on the roster, names them."""
    folder = _next_folder(identity)
    if entry is None or entry.keys is None or not (folder / _CERTIFICATE).exists():
        return False
    secrets = unpack((folder / _KEYS).read_bytes(), Secrets)
    signing = SoftwareSigner(secrets.signing).public_bytes()
    return (entry.keys.signing, entry.tls) == (signing, tls_key_hash(secrets.tls))


def take_keys(identity: Identity) -> None:
    """The new keys are in force from the next start of the node on."""
    number = keys_number(identity.folder) + 1
    use_keys(identity.folder, number)
    log.info("new keys", extra={"event": "renewal.taken", "number": number})


def _next_folder(identity: Identity) -> Path:
    return renewed_folder(identity.folder, keys_number(identity.folder) + 1)


def _next_secrets(identity: Identity, randomness: Randomness) -> Secrets:
    """The keys to come; opening keys stay as they are."""
    folder = _next_folder(identity)
    path = folder / _KEYS
    if path.exists():
        return unpack(path.read_bytes(), Secrets)
    held = unpack(((identity.keys_folder or identity.folder) / _KEYS).read_bytes(), Secrets)
    secrets = Secrets(
        signing=randomness.token(KEY_BYTES),
        xwing=held.xwing,
        x25519=held.x25519,
        tls=randomness.token(KEY_BYTES),
        more=held.more,
        more_signing=held.more_signing,
    )
    private_folder(folder)
    write_private(path, pack(secrets))
    return secrets
