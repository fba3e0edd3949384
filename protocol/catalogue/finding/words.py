"""What is typed, and what is looked in, brought to one form."""

import re
import unicodedata

MAX_QUERY_CHARS = 50  # what is typed beyond them does not count
MAX_WORDS = 4  # the same

_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[^\W_㐀-鿿豈-﫿]+(?:[-._][^\W㐀-鿿豈-﫿]+)*")


def folded(text: str) -> str:
    """Half-width, small, without tones, blanks and marks: of ＤＩＢＡＯ and dībǎo alike dibao."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())


def words_of(query: str) -> list[str]:
    """The words of a query: runs of Chinese, and runs of letters and digits, as :func:`folded`."""
    plain = unicodedata.normalize("NFKD", query[:MAX_QUERY_CHARS].casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("'", "")
    words = filter(folded, _RUN.findall(plain))  # nothing is left of a sign that is no letter yet
    return list(dict.fromkeys(words))[:MAX_WORDS]


def is_chinese(word: str) -> bool:
    """Whether a word of a query is a run of Chinese characters."""
    return not word.isascii()


def grams(text: str) -> set[str]:
    """Pairs of neighbours in ``text``, and its Chinese characters themselves."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    return pairs | {char for char in text if not char.isascii()} or {text}


def sound_grams(letters: str) -> set[str]:
    """Threes of neighbours, as southern tongues hear them: zh like z, ng like n, l like n."""
    for heard, same in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
        letters = letters.replace(heard, same)
    letters = letters.translate(_ALIKE)
    return {letters[at : at + 3] for at in range(len(letters) - 2)} or {letters}


_ALIKE = str.maketrans({"l": "n", "f": "h", "v": "u", "ü": "u"})
