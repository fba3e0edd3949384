"""A drill: prove today that the keys in the safe and the last backup would save the county.

Nothing of the county changes. The report is signed by the registrar.

Source: docs/operations.md, "Drills".
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.codec import unpack
from protocol.envelope.keys import Context, PublicKeys, SoftwareSigner, sign_record
from protocol.envelope.suites import SuiteNumber, seal
from protocol.errors import SharesError, YizhanError
from protocol.trust.audit import DrillMark
from provisioning.authority import Authority
from provisioning.escrow.folder import open_sealed
from provisioning.escrow.sealed import What
from runtime.disk.papers import new_paper
from runtime.node.identity import Secrets

_INFO = b"yizhan/drill/1"
_REPORT_BYTES = 16 * 1024  # more than three steps and their reasons
_RESTORE_S = 6 * 3600  # a large county's blobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be tried; what is left out is reported as not tried."""

    root: Path | None = None
    root_papers: Sequence[Path] = ()
    keys: Path | None = None
    keys_papers: Sequence[Path] = ()
    backup: Path | None = None
    recovery: Path | None = None
    recovery_papers: Sequence[Path] = ()


class Drill:
    """Tries what a plan names."""

    def __init__(self, authority: Authority) -> None:
        self._authority, self._clock = authority, authority.clock
        self._randomness = authority.randomness

    def run(self, plan: Plan, report: Path, told: Callable[[str], None]) -> dict[str, Any]:
        """Try everything, write the signed report, and return it.

        Each step says ``passed``, ``not tried``, or why it failed. Blocks. The report's place is
        taken first: nobody waits for a drill whose report then finds none.

        Raises:
            UsageError: something is there already, or no folder.
            PaperFullError, PaperFolderError, PaperError: it can't be written.
        """
        with new_paper(report, force=False, room=_REPORT_BYTES) as file:
            facts = self._try(plan, told)
            file.write(self._signed(facts))
        return facts

    def _try(self, plan: Plan, told: Callable[[str], None]) -> dict[str, Any]:
        steps = {
            "root": (plan.root, lambda: self._root(plan)),
            "keys": (plan.keys, lambda: self._keys(plan)),
            "backup": (plan.backup, lambda: self._backup(plan)),
        }
        results: dict[str, str] = {}
        for name, (file, step) in steps.items():
            told(name)
            results[name] = self._tried(step) if file else "not tried"
        return {
            "county": self._authority.root_public.hex(),
            "at_ms": self._clock.now_ms(),
            "steps": results,
            "passed": all(result == "passed" for result in results.values()),
        }

    def _tried(self, step: Callable[[], None]) -> str:
        try:
            step()
        except YizhanError as exc:
            return f"failed: {exc.code} {exc.detail}".strip()
        return "passed"

    def _root(self, plan: Plan) -> None:
        """The shares give the key that the whole county trusts."""
        seed = self._opened(What.ROOT, plan.root, plan.root_papers)
        if SoftwareSigner(seed).public_bytes() != self._authority.root_public:
            raise SharesError("the root key of another county")

    def _keys(self, plan: Plan) -> None:
        """The shares give keys that open a test envelope sealed for the county today."""
        county, _ = self._authority.roster().county()
        public = self._authority.keys_of(county) or PublicKeys(signing=b"")
        opening = (
            unpack(self._opened(What.KEYS, plan.keys, plan.keys_papers), Secrets)
            .node_keys()
            .opening
        )
        for suite in SuiteNumber:
            secret = self._randomness.token(32)
            sealed = seal(suite, public.sealing(suite), secret, _INFO)
            if opening[suite].unwrap(sealed, _INFO) != secret:
                raise SharesError(f"a test envelope of suite {suite.value} does not open")

    def _backup(self, plan: Plan) -> None:
        """The backup becomes a whole county in a folder that is thrown away."""
        with tempfile.TemporaryDirectory(prefix="yizhan-drill-") as folder:
            command = (sys.executable, "-m", "central.commands.county", "restore")
            opener = ["--recovery", str(plan.recovery)] if plan.recovery else []
            for paper in plan.recovery_papers:
                opener += ["--share", str(paper)]
            target = str(Path(folder) / "county")
            ran = subprocess.run(  # noqa: S603 - our own program, no shell
                (*command, str(plan.backup), target, *opener, "--json"),
                capture_output=True,
                timeout=_RESTORE_S,
                check=False,
            )
        if ran.returncode:
            words = ran.stderr.decode("utf-8", "replace").strip().splitlines()
            raise SharesError(words[-1][:300] if words else f"exit {ran.returncode}")

    def _opened(self, what: What, file: Path | None, papers: Sequence[Path]) -> bytes:
        sealed, secret = open_sealed(file or Path(), papers)
        if sealed.what is not what:
            raise SharesError(f"the file holds {sealed.what.value}")
        return secret

    def _signed(self, facts: dict[str, Any]) -> bytes:
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        mark = DrillMark(digest=hashlib.sha256(text.encode()).digest())
        signed = sign_record(self._authority.signer, Context.DRILL, mark)
        line = json.dumps({"signed": base64.b64encode(signed).decode("ascii")})
        return f"{text}\n{line}\n".encode()
