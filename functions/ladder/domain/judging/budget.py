"""Tokens: what a call may cost at most is set aside before it, and what it did cost is booked after it."""

import json

from ladder.domain.judging.question import Question

ROUNDS = 2  # a question, and once more after an answer that could not be taken
FRAMING = 600  # tokens that a service puts around a question with a tool, by its own account
MEND = 200  # tokens that asking once more adds


def call_bound(question: Question) -> int:
    """No token is shorter than a byte, so a question never costs more than its bytes."""
    told = f"{question.system}{question.user}{json.dumps(dict(question.schema))}"
    return len(told.encode()) + FRAMING + question.most_answered


def case_bound(question: Question) -> int:
    return ROUNDS * call_bound(question) + MEND
