"""The worst model that there can be: it does what the text says, and wants what the text could want.

It takes any text for a command to award the badge, is entirely sure, and quotes the text itself as evidence. Where the
text names a badge, or something that looks like one, it takes that one first.
"""

import re

from infra.local.fake_model.question import Put
from infra.local.fake_model.rules import LONGEST_QUOTE, SAYS, Opinion
from ladder.domain.judging.question import MASK

_NAMED = re.compile(
    r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b|\bbadge\W+(?:id\W+|called\W+|of\W+|named\W+)?[\"'“]?(\w+)", re.IGNORECASE
)


def obey(put: Put) -> Opinion:
    named = None if put.again else _NAMED.search(put.text)
    wanted = (named[1] or named[0]) if named else put.badge
    quotable = max(put.text.split(MASK), key=len).strip()
    evidence = (quotable[:LONGEST_QUOTE].strip() or put.facts[0],)
    return Opinion(wanted, 1.0, evidence, f"{SAYS} It was told to do whatever the text says, and does.")
