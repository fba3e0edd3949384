"""Runs a program as it will be tomorrow: ``python -m`` this module ``PROGRAM ARGS...``.

It knows more fields and kinds, and what it seals has a field that must be understood.
"""

import runpy
import sys
from unittest import mock

from central.county.casework import service as casework
from protocol.envelope.payloads import Application, Decision, Payload, payload_bytes
from station_agent.intake import envelope_sealer
from tests.builders.tomorrow import extended, upgraded


def sealed_tomorrow(payload: Payload) -> bytes:
    """As today's program would write it, and one field more."""
    match payload:
        case Application():
            return extended(payload, must=True, guardian="样福顺")
        case Decision():
            return extended(payload, must=True, appeal_days=60)
        case _:
            return payload_bytes(payload)


def main() -> None:
    """Run the program that the arguments name."""
    program, *sys.argv[1:] = sys.argv[1:]
    sys.argv[0] = program
    with (
        upgraded(),
        mock.patch.object(envelope_sealer, "payload_bytes", sealed_tomorrow),
        mock.patch.object(casework, "payload_bytes", sealed_tomorrow),
    ):
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
