"""Judged badges: what is a case, what a model is asked, what is believed of its answer, and what becomes of it.

past.py      what somebody did and wrote, as it stands by now
case.py      a case: what somebody did, without a word about who he is
guards.py    what of a learner's text reaches a model, and how it is kept apart from instructions
verdict.py   the form of an answer, and why one is not taken
policy.py    verdict, badge and date -> nothing, review or grant
cohort.py    who is judged at all
budget.py    tokens that a case may cost at most
ruling.py    what stands of a case for good, and the attempt that leads to it

The model is taken to be the worst possible: whatever it answers, and whoever wrote the text that made it answer so,
a badge is granted without a person only where code has seen what others recorded.
"""
