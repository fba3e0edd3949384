"""Each fault of a form has its English, and in Chinese the words of the check."""

from protocol.catalogue.forms import faults
from protocol.catalogue.forms.faults import FormFault
from runtime.web.faults import ENGLISH, fault_words


def test_every_code_has_its_english() -> None:
    constants = (value for name, value in vars(faults).items() if name.isupper())
    codes = {one for one in constants if isinstance(one, str)} | set(faults.CODES.values())
    assert codes == ENGLISH.keys()


def test_an_author_s_word_is_not_lost_in_english() -> None:
    rule = FormFault(code="form.rule-require", path=("a",), label="甲", words="x", short="按规定")
    assert fault_words(rule, "zh") == "按规定"
    assert fault_words(rule, "en") == "has to be filled in here (按规定)"
