"""Templates compiled once, not again for each site that a test opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from unittest import mock

import jinja2
from jinja2.bccache import Bucket

from runtime.web import templates


class Kept(jinja2.BytecodeCache):
    """The templates of one language, in memory; a template that was changed is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self._kept.get(bucket.key):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@contextmanager
def sharing_templates() -> Iterator[None]:
    """Inside, what one site has compiled is ready for the next one of the same language."""
    make, by_language = templates._environment, dict[str, Kept]()

    def environment(
        loader: jinja2.BaseLoader, language: str, table: NullTranslations
    ) -> jinja2.Environment:
        made = make(loader, language, table)
        made.bytecode_cache = by_language.setdefault(language, Kept())
        return made

    with mock.patch.object(templates, "_environment", environment):
        yield
