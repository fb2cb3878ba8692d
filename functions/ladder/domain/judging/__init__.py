"""Judged badges: what makes a case, what a model is shown and asked, and what its answer results in.

case.py        who is judged, a member's history, and the case that an event makes in it
question.py    the part of a learner's text that reaches a model, and the question and reply
evaluation.py  the check of an answer, the decision on it (nothing, review or grant), the stored result, and its budget

The model is assumed to be the worst possible: whatever it answers, and whoever wrote the text that made it answer so,
a badge is granted without a person only where code has seen what others recorded.
"""
