"""Command line: ``python -m tests.fuzz --seconds 60`` (``make fuzz SECONDS=60``).

What a parser could not bear is kept in ``tests/fuzz/corpus``, and thrown first from then on. The
last line says what was run and found.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence

from protocol.limits import MIB
from tests.fuzz.runner import Finding, Report, fuzz, name_of
from tests.fuzz.targets.all import every_target

_SHOWN = 20
_BYTES = 100  # of an input that are printed, in hex
_APART = 1000  # between the seeds of two processes: more than there are targets


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz every parser; 0 if only our own errors came out, else 1."""
    args = _parser().parse_args(argv)
    shares = [(args.names, args.seconds, args.seed + _APART * at) for at in range(args.jobs)]
    report = Report()
    with multiprocessing.get_context("fork").Pool(args.jobs) as pool:
        for part in pool.starmap(_share, shares):
            report.add(part)
    _keep(report.findings)
    for finding in report.findings[:_SHOWN]:
        print(f"{finding.target}: {finding.reason[:200]}\n  {finding.data[:_BYTES].hex()}")
    for name, inputs in sorted(report.inputs.items()):
        print(f"{name}: {inputs} inputs, {report.endings[name]} endings")
    print(
        f"fuzz: {len(report.inputs)} parsers, {report.inputs.total()} inputs in {args.seconds:g} s"
        f" by {args.jobs} processes, seed {args.seed}; {report.endings.total()} different endings,"
        f" at most {report.peak_bytes // MIB} MiB; {len(report.findings)} findings"
    )
    return 1 if report.findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", help="parsers (all)")
    parser.add_argument("--seconds", type=float, default=60.0, help="in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="processes")
    return parser


def _share(names: Sequence[str], seconds: float, seed: int) -> Report:
    with every_target() as targets:
        chosen = [target for target in targets if not names or target.name in names]
        return fuzz(chosen, seconds, seed)


def _keep(findings: Sequence[Finding]) -> None:
    with every_target() as targets:
        kept = {target.name: target.kept for target in targets}
    for finding in findings:
        if folder := kept.get(finding.target):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name_of(finding.data)).write_bytes(finding.data)


if __name__ == "__main__":
    sys.exit(main())
