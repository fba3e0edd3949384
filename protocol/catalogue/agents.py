"""Who acts for an applicant: the number of their identity paper.

Source: docs/operations.md, "How an application was taken in".
"""

from protocol.catalogue.forms.identifiers import is_resident_id, why_no_resident_id
from protocol.errors.clerk import AgentIdentityError

_OTHER_DIGITS = 13  # at most in the number of another paper


def check_identity(number: str) -> None:
    """Check the number of somebody's identity paper, where it is a resident's by its look.

    Those of other papers are shorter, or begin with a letter: what they are nobody can check.

    Raises:
        AgentIdentityError: a digit of it is wrong, missing or one too many.
    """
    looks_so = len(number) > _OTHER_DIGITS and number[:_OTHER_DIGITS].isdecimal()
    if looks_so and not is_resident_id(number):
        raise AgentIdentityError(why_no_resident_id(number))
