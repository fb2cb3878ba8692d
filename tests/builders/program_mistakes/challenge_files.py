"""Every way to get the bank's program file wrong, and what is said of it."""

# what stands in the bank's file, what stands there instead, place, line's text, words of message and hint, or none
# where the same mistake is made in a draft
MISTAKES: dict[str, tuple[str, ...]] = {
    "a bad literal": ("direction: lower", "direction: up", "metrics.AHT.direction", "direction: up",
                      '"up" is neither lower nor higher', 'Write "lower" when a smaller number is better'),
    "a missing value": ("    direction: lower\n", "", "metrics.AHT.direction", "AHT:", "is missing", 'Write "lower"'),
    "an empty value": ("direction: lower", "direction:", "metrics.AHT.direction", "direction:", "is empty", "lower"),
    "a missing section": ("metrics:", "metrcs:", "metrics", "program: bank", "is missing", "Describe each metric"),
    "a misspelt key": (
        "rotation_time:", "rotation_tme:", "rotation_tme", "rotation_tme:", "not a key", "rotation_time?",
    ),
    "a key of a later time": ("selection:", "leagues: {}\nselection:", "leagues", "leagues:", "not a key", "leavers?"),
    "text for a number": (
        "step: 5", "step: five", "metrics.AHT.step", "step: five", '"five" is not a number', "such as 5",
    ),
    "a fraction for a whole": (
        "per_night: 2", "per_night: 1.5", "selection.per_night", "per_night", "1.5 is not a whole", "how many",
    ),
    "a number for text": ("unit: s", "unit: 5", "metrics.AHT.unit", "unit: 5", "5 is not text", "Put it in quotes."),
    "yes for true": (
        "speed: true", "speed: yes", "metrics.AHT.speed", "speed: yes", '"yes" is not true or false', "Write true",
    ),
    "a number without end": (
        "step: 5", "step: 1e999", "metrics.AHT.step", "step: 1e", "not a number that ends", "such as 5",
    ),
    "a number too large": ("60000", "6000000000000", "caps.program_daily_points", "6000", "too large", "whole number"),
    "a number too small": (
        "60000", "-6000000000000", "caps.program_daily_points", "-6000", "too small", "whole number",
    ),
    "a bad time": ('"00:15"', '"25:00"', "rotation_time", "25:00", '"25:00" is not a time of day', '"00:15"'),
    "a time in words": (
        '"00:15"', "midnight", "rotation_time", "midnight", '"midnight" is not a time of day', '"00:15"',
    ),
    "a time as a number": ('"00:15"', "15", "rotation_time", "rotation_time", "15 is not a time of day", '"00:15"'),
    "a bad time zone": ("Asia/Jerusalem", "Jerusalem", "time_zone", "time_zone", "not a time zone", "Asia/Jerusalem"),
    "a list of the wrong length": ("rule: bands", "up: [48]", "tiers.up", "up: [48]", "holds 1 value", "two percent"),
    "a word in a list": (
        "rule: bands", "up: [48, high]", "tiers.up[1]", "up: [48", '"high" is not a number', "two percentiles",
    ),
    "a word for a list": ("rule: bands", "up: high", "tiers.up", "up: high", '"high" is not a list', "two percentiles"),
    "a word for a section": (
        "caps:", "caps: none\nx:", "caps", "caps: none", '"none" is not a set of keys', "member_daily",
    ),
    "a word for a metric": ("metrics:", "metrics:\n  QA: good", "metrics.QA", "QA: good", '"good" is not a set', "key"),
    "a platform not spoken": (
        "kind: wem", "kind: other", "platform.kind", "kind: other", '"other" is neither ladder nor wem', "Write wem",
    ),
    "blank text": (
        "name: average handle time", 'name: " "', "metrics.AHT.name", 'name: " "', "is empty", "a member reads",
    ),
    "text without end": ("unit: s", "unit: " + "s" * 1001, "metrics.AHT.unit", "unit: sss", "longer than 1000", "unit"),
    "a multiplier": (
        "per_night: 2", "bonus_multiplier: 2", "selection.bonus_multiplier", "bonus_m", "compound", "bonus_percentage",
    ),
    "a key given twice": (
        "step: 5", "step: 5\n    step: 6", "metrics.AHT.step", "step: 6", "given twice (first in line", "Keep one.",
    ),
    "an unknown category": (
        "AHT_STEADY: {", "AHT_STEDY: {", "selection.categories.AHT_STEDY", "AHT_STEDY", "not in", "AHT_STEADY?",
    ),
    "literal with bands": (
        "rule: bands", "rule: literal\n  up: [48, 74]\n  down: [42, 68]", "tiers", "tiers:",
        "sets up, down although the literal rule fixes them", "bands",
    ),
    "literal with a memory": (
        "rule: bands", "rule: literal\n  previous_kept_days: 120", "tiers", "tiers:",
        "sets previous_kept_days although the literal rule fixes it", "bands",
    ),
    "a fraction of a day": (
        "rule: bands", "previous_after_days: 40.5", "tiers.previous_after_days", "previous_after",
        "40.5 is not", "remembering: 40",
    ),
    "a margin in words": (
        "rule: bands", "return_margin: wide", "tiers.return_margin", "return_margin", "is not a number", "such as 3",
    ),
    "a margin too wide": (
        "rule: bands", "up: [51, 76]\n  down: [43, 68]\n  return_margin: 9", "tiers.return_margin", "return_margin: 9",
        "leads up", "8 or less",
    ),
    "two a night where a user is in one group": (
        "membership: adds", "membership: replaces", "platform.membership", "membership:", "the last", "per_night: 1",
    ),
    "a platform's setting in words": (
        "one_active_per_metric: false", "one_active_per_metric: on", "platform.one_active_per_metric", "one_active",
        '"on" is not true or false', "one active challenge per metric",
    ),
    "an anchor": ("metrics:", "metrics: &m", "metrics", "metrics: &m", "&m is a reference", "Write the values out"),
    "a tag": ("step: 5", "step: !!python/name:os.system 5", "metrics.AHT.step", "step: !!", "is a tag", "Leave it out"),
    "half a character": (
        "name: average handle time", r'name: "\ud800"', "metrics.AHT.name", "ud800", "half a character", "Remove",
    ),
    "a key that is a list": (
        "selection:", "? [a, b]\n: 1\nselection:", "", "? [a", "a key is not a single word", "plain text",
    ),
    "a semantic mistake": (
        "at_most: 70", "at_most: 70, at_least: 1", "metrics.AHT.quality_gate", "quality_gate", "one bound", "either",
    ),
    "types compared by what nobody knows": (
        "by: contact_type", "by: weather", "metrics.AHT.normalise_by", "normalise_by",
        '"weather" is not contact_type', "contact_type",
    ),
    "a type named twice": (
        "[PS, NE, NW", "[PS, NE, PS", "contact_types", "contact_types", "names PS twice", "[NEW, REGULAR]",
    ),
    "a number for a type": (
        "[PS, NE", "[7, NE", "contact_types", "contact_types", "holds something that is no text", "list of keys",
    ),
    "a word for the types": (
        "[PS, NE, NW, IN, PE, TT]", "all", "contact_types", "contact_types", '"all" is not a set', "list of keys",
    ),
    "a column of a type misspelt": (
        "[PS, NE, NW, IN, PE, TT]", "{PS: {}, NE: {contcts: x}}", "contact_types.NE.contcts", "contcts", "not a key",
        "contacts?",
    ),
    "a measure without its count": (
        "{column: aht_seconds, count: calls}", "{column: aht_seconds}", "metric_files.measures.AHT.count", "aht_sec",
        "is missing", "Name the column of the contacts",
    ),
    "a metric without a measure": (
        "    AHT: {column: aht_seconds, count: calls}\n", "", "metric_files.measures", "measures:",
        "the metric AHT has no column", "Add AHT:",
    ),
    "a share in words": (
        "count: calls, as: share", "count: calls, as: half", "metric_files.measures.SHORT10.as", "SHORT10: {",
        "is neither mean, ratio nor share", "share for a ratio in per cent",
    ),
    "a guard on a misspelt metric": (
        "short_contacts: SHORT10", "short_contacts: SHORT", "guard.short_contacts", "short_c", "SHORT", "SHORT10?",
    ),
    "false alarms without end": (
        "false_alarms: 0.01", "false_alarms: 1", "guard.false_alarms", "false_", "1 is too large", "at most 0.1",
    ),
    "a guard of nothing": (
        "  short_contacts: SHORT10\n  repeat_contacts: REPEAT7D\n", "", "guard", "guard:", "it names no metric",
        "Write short_contacts",
    ),
    "usual contacts that are hard": (
        "ratio: 1.1", "ratio: 0.9", "hard_contacts.ratio", "hard_contacts", "0.9 is too small", "more than 1",
    ),
    "a bonus for hard contacts that multiplies": (
        "bonus_percentage: 10}", "multiplier: 2}", "hard_contacts.multiplier", "hard_contacts", "compound", "add up",
    ),
    "no such library": (
        "bank-library.json", "lost.json", "challenge_library", "", "there is no such file", "Check the name",
    ),
    "a library elsewhere": (
        "bank-library.json", "../x.json", "challenge_library.file", "file: ../x", "beside", "library.json",
    ),
    "a library by its folder": (
        "bank-library.json", "/etc", "challenge_library.file", "file: /etc", "beside", "library.json",
    ),
    "a rule that is not there": (
        "bank-third-tier.json", ".", "reward_rules[0]", "", "this is a folder", "Name the file",
    ),
}  # fmt: skip
