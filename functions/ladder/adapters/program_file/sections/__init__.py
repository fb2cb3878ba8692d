"""The sections of a program file, one file each: its shape, what the shape can say and a program cannot, its values.

kinds.py       texts, numbers, days, and how a key carries its mend
systems.py     platform, sources
metrics.py     metrics, contact_types, metric_files, guard, hard_contacts
challenges.py  challenge_library, reward_rules, draw
tiers.py       tiers, peers
matches.py     when and where: which activities are meant
rules.py       rules
needs.py       what an unlock or a badge requires
goals.py       streaks, unlocks, paths, badges
judged.py      judge, judged
pay.py         caps, teams, catalogue

Every key carries its mend: the sentence that a person reads when the value is missing or wrong. Keys that may be left
out are None here; their defaults are the domain's. `stand_in` is a harmless value for a required key.
"""
