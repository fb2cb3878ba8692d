"""Judged badges: what makes a case, what a model is shown and asked, and what its answer results in.

case.py        a member's history, and the case that an event makes in it
question.py    the part of a learner's text that reaches a model, and the question and reply
verdict.py     the form of an answer, and the reasons for which one is not accepted
policy.py      who is judged; verdict, badge and date -> nothing, review or grant
evaluation.py  the stored result of a case, the attempt that leads to it, and its budget

The model is assumed to be the worst possible: whatever it answers, and whoever wrote the text that made it answer so,
a badge is granted without a person only where code has seen what others recorded.
"""
