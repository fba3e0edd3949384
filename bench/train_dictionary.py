"""Train protocol/dictionary.zdict on synthetic applications and the county's answers.

    python -m bench.train_dictionary

A dictionary is a public file that repeats pieces of what it was trained on, so nothing but
records of people who do not exist may ever go in. Envelopes sealed with the old dictionary can
only be opened with it: a new one must be added beside it, never put in its place.
"""

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

from backports import zstd

from examples.synthetic.forms import make_record
from protocol.catalogue.forms.reading import form_text
from protocol.catalogue.items.entries import catalogue_entries
from protocol.envelope.payloads import Application, Attachment, Decision, Outcome, payload_bytes

_ROOT = Path(__file__).parent.parent
_SAMPLES = 6000
_SIZE = 32 * 1024
_LEVEL = 19
_LONG_NUMBER = re.compile(r"(\d{6})\d{5,}")  # no such number may get in, not even a false one
_NOTES = ("材料齐全，准予办理。", "不符合条件，不予办理。", "请补充材料后重新提交。")


def samples(rng: random.Random, count: int) -> list[bytes]:
    """Payloads as they are sealed: forms of every item, some attachments, some decisions."""
    data = (_ROOT / "examples/longzhou/catalogue.json").read_bytes()
    catalogue_entries(data)
    catalogue: dict[str, Any] = json.loads(data)
    return [_sample(rng, catalogue, number) for number in range(count)]


def _sample(rng: random.Random, catalogue: dict[str, Any], number: int) -> bytes:
    if number % 8 == 0:
        return payload_bytes(
            Decision(
                application=rng.randbytes(16),
                case=f"451423-2026-{rng.randrange(10**6):06}",
                outcome=rng.choice(list(Outcome)),
                note=rng.choice(_NOTES),
                n=number + 1,
                at_ms=1_790_000_000_000 + rng.randrange(10**10),
            )
        )
    record = make_record(rng, catalogue, size="large" if number % 2 else "small")
    attachments = tuple(_attachment(rng) for _ in range(number % 2 * 2))
    return payload_bytes(
        Application(
            application=rng.randbytes(16),
            item=record["item"],
            release=rng.randrange(1, 200),
            form=_LONG_NUMBER.sub(r"\1", form_text(json.dumps(record["form"]).encode())),
            attachments=attachments,
        )
    )


def _attachment(rng: random.Random) -> Attachment:
    return Attachment(
        material=rng.choice(["id-card", "household-register", "bank-card", "application-form"]),
        name=rng.choice(["身份证.jpg", "户口簿.png", "申请表.pdf", "IMG_2026.jpg"]),
        size=rng.randrange(20_000, 900_000),
        sha256=rng.randbytes(32),
        blob=rng.randbytes(32),
        key=rng.randbytes(32),
    )


def main() -> None:
    """Train and write the dictionary; print its name."""
    trained = zstd.train_dict(samples(random.Random(11643), _SAMPLES), _SIZE)
    dictionary = zstd.finalize_dict(trained, samples(random.Random(2), 500), _SIZE, _LEVEL)
    path = _ROOT / "protocol/dictionary.zdict"
    path.write_bytes(dictionary.dict_content)
    content = dictionary.dict_content
    print(path.name, len(content), hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main()
