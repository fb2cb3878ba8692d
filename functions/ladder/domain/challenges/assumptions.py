"""Assumptions about members whose history is still empty. This module needs no numpy."""

COMPLETED = 0.65  # share of challenges that members who work complete: what the targets of the three tiers come to
USUAL_ATTENDANCE = 5 / 7  # share of days on which a member works
MARGIN = 1.05  # attendance and completions of a program rise and fall together
