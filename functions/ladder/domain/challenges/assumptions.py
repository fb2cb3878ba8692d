"""What is expected of members of whom nothing is known yet. Needs no numpy."""

COMPLETED = 0.65  # of challenges by those who work: what the three tiers' targets come to
USUAL_ATTENDANCE = 5 / 7  # of a member's days
MARGIN = 1.05  # attendance and completions of a house go up and down together
