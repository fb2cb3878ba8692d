"""Every way to get the rulebook of the bank's program file wrong, and what is said of it."""

LEVELS = "levels: {Newcomer: 0,"
HOLD = 'hold: "It is paid after two weeks, unless a reviewer says no."'
SHARER = "silver: [{count: {when: article.contributed, where: {accepted: true}, distinct: article}, at_least: 10}]"
PRODUCTS = "where: {module: products}}"

# what stands in the bank's file, what stands there instead, place, line's text, words of message and hint, or none
# where the same mistake is made in a draft
MISTAKES: dict[str, tuple[str, ...]] = {
    "a source of no kind": (
        "lms: {kind: docebo}", "lms: {}", "sources.lms.kind", "lms:", "is missing", "Write the kind of system",
    ),
    "a source that nobody speaks": (
        "kind: docebo", "kind: moodle", "sources.lms.kind", "lms:", '"moodle" is neither standard, cornerstone',
        "kind",
    ),
    "a source of ours": ("  academy: {kind", "  ladder: {kind", "sources.ladder", "ladder:", "itself", "academy"),
    "an address in capitals": ("  lms: {", "  LMS: {", "sources.LMS", "LMS:", "address", "lower-case"),
    "a source that names its secret": (
        "{kind: docebo", "{kind: docebo, secret: ladder/bank/docebo", "sources.lms.secret", "lms:", "names no secret",
        "Remove this line; Ladder reads ladder/<environment>/bank/sources/lms.",
    ),
    "a judge that names its secret": (
        "  daily_tokens: 200000", "  secret: ladder/bank/judge\n  daily_tokens: 200000", "judge.secret", "secret:",
        "names no secret", "Remove this line; Ladder reads ladder/<environment>/bank/judge.",
    ),
    "another program's platform": (
        "  membership: adds", "  secret: ladder/other/platform\n  membership: adds", "platform.secret", "secret:",
        "names no secret", "Remove this line; Ladder reads ladder/<environment>/bank/platform, and none",
    ),
    "an option that is a list": (
        'done: "Done, Closed"', "done: [Done]", "sources.tracker.options.done", "done: [", "a list is neither text",
        "told",
    ),
    "an event that is a number": (
        "{kind: docebo", "{kind: docebo, events: {x: 5}", "sources.lms.events.x", "lms:", "5 is not text", "quotes",
    ),
    "a rule without a type": (
        "    when: user.completed\n", "", "rules.COURSE_FINISHED.when", "COURSE_FINISHED:", "is missing",
        "such as task",
    ),
    "a rule of no type": (
        "when: user.completed", "when: []", "rules.COURSE_FINISHED.when", "when: []", "holds 0 values", "Write a type",
    ),
    "a type that is a number": (
        "when: user.completed", "when: 5", "rules.COURSE_FINISHED.when", "when: 5", "5 is not a list", "Write a type",
    ),
    "a rule of unknown worth": (
        "    points: 80\n", "", "rules.COURSE_FINISHED.points", "COURSE_FINISHED:", "is missing", "points_from",
    ),
    "a rule of two worths": (
        "points: 80", "points: 80\n    points_from: credits", "rules.COURSE_FINISHED.points_from", "points_from",
        "the rule already pays 80 points", "Keep points or points_from.",
    ),
    "a rule with a misspelt key": (
        "points: 80", "points: 80\n    dayly_points: 80", "rules.COURSE_FINISHED.dayly_points", "dayly", "not a key",
        "daily_points?",
    ),
    "a rule that multiplies": (
        "points: 80", "points: 80\n    multiplier: 2", "rules.COURSE_FINISHED.multiplier", "multiplier", "compound",
        "add",
    ),
    "a bonus that multiplies": (
        "nearly perfect, percentage: 20", "nearly perfect, percentage: 20, factor: 2",
        "rules.MODULE_PASSED.bonuses[0].factor", "nearly perfect", "compound", "add up",
    ),
    "a word for a rule": ("rules:  #", "rules:\n  X: 5\n  #", "rules.X", "X: 5", "5 is not a set of keys", "when"),
    "a list to equal": (
        "where: {score: {at_least: 80}}", "where: {score: [80]}", "rules.MODULE_PASSED.where.score", "score: [80]",
        "a list is neither text, a number, true nor false", "{in: [a, b]}",
    ),
    "nothing to equal": (
        "where: {score: {at_least: 80}}", "where: {score: }", "rules.MODULE_PASSED.where.score", "score: }",
        "is empty", "{at_least: 80}",
    ),
    "a number without end to equal": (
        "where: {score: {at_least: 80}}", "where: {score: 1e999}", "rules.MODULE_PASSED.where.score", "score: 1e999",
        "is neither text, a number", "{at_least: 80}",
    ),
    "a misspelt test": (
        "where: {score: {at_least: 80}}", "where: {score: {atleast: 80}}", "rules.MODULE_PASSED.where.score.atleast",
        "atleast", "not a key", "at_least?",
    ),
    "two tests at once": (
        "where: {score: {at_least: 80}}", "where: {score: {at_least: 80, at_most: 90}}",
        "rules.MODULE_PASSED.where.score", "at_most", "it tests at_least and at_most at once", "Write one value",
    ),
    "a set in a list": (
        "{in: [fraud, phishing]}", "{in: [fraud, [x]]}", "rules.FRAUD_WEEKS.where.track.in[1]", "fraud, [",
        "a list is neither text", "such as [fraud, loans]",
    ),
    "a date that is none": (
        "from: 2027-03-01", "from: 2027-02-30", "rules.FRAUD_WEEKS.from", "from:", '"2027-02-30" is not a date',
        "2026-03",
    ),
    "a date in words": (
        "until: 2027-03-31", "until: spring", "rules.FRAUD_WEEKS.until", "until", "not a date", "last day",
    ),
    "a date of one number": (
        "until: 2027-03-31", "until: 20270331", "rules.FRAUD_WEEKS.until", "until:", "20270331 is not a date",
        "last day",
    ),
    "a campaign that ends first": (
        "until: 2027-03-31", "until: 2027-02-01", "rules.FRAUD_WEEKS.until", "until:", "ends before", "later day",
    ),
    "once per nothing": (
        "once_per: course", "once_per: {again_after_days: 5}", "rules.COURSE_FINISHED.once_per.attribute", "once_per",
        "is missing", "Name the attribute",
    ),
    "every so many without days": (
        "{count: 3, within_days: 7}", "{count: 3}", "rules.THREE_TASKS_A_WEEK.every.within_days", "every:",
        "is missing", "within how many days",
    ),
    "perseverance that counts": (
        "    perseverance:\n", "    every: {count: 2, within_days: 7}\n    perseverance:\n", "rules.FOUGHT_THROUGH",
        "FOUGHT", "every and perseverance contradict", "Keep one",
    ),
    "perseverance without a failed try": (
        "      failed: {when: assessment.submitted, where: {passed: false}}\n", "",
        "rules.FOUGHT_THROUGH.perseverance.failed", "perseverance:", "is missing", "what a failed try is",
    ),
    "nine weeks": (
        "percent: 5, weeks: 8", "percent: 5, weeks: 9", "rules.GETTING_BETTER.improvement.weeks", "weeks: 9",
    ),
    "better which way": (
        "percent: 5, weeks: 8", "percent: 5, direction: up", "rules.GETTING_BETTER.improvement.direction", "up",
        '"up" is neither lower nor higher', "smaller number",
    ),
    "an unlock that is not there": (
        "requires: MENTORING", "requires: MENTRING", "rules.MENTOR.requires", "requires:", "not in unlocks",
        "MENTORING?",
    ),
    "a hold without a reason": (HOLD, 'hold: ""', "rules.ASSIST.hold", "hold:", "is empty", "why it waits"),
    "a streak of months": (
        "every: day", "every: month", "streaks.LEARNING_DAYS.every", "every: month", "neither day nor week",
        "Write day",
    ),
    "a milestone in words": (
        "milestones: {5: 25", "milestones: {five: 25", "streaks.LEARNING_DAYS.milestones.five", "five",
        '"five" is not a whole number',
        "5: 50",
    ),
    "a milestone of nothing": (
        "milestones: {5: 25", "milestones: {5: free", "streaks.LEARNING_DAYS.milestones.5", "free", "not a whole",
        "lengths",
    ),
    "levels that fall": (
        "Experienced: 2000", "Experienced: 200", "levels.Experienced", "levels:",
        "200 points are not more than the 500", "in order",
    ),
    "a level in words": (
        "Experienced: 2000", "Experienced: many", "levels.Experienced", "levels:", '"many" is not a whole number',
        "Newcomer",
    ),
    "levels as a list": (
        LEVELS, "levels: []\nx: {Newcomer: 0,", "levels", "levels:", "a list is not a set of keys", "500",
    ),
    "a level that nobody has": (
        "{level: 3}", "{level: 6}", "unlocks.MENTORING.requires[0].level", "level: 6", "6 is more than the 5",
        "5 or less",
    ),
    "a level by its name": (
        "{level: 3}", "{level: Expert}", "unlocks.MENTORING.requires[0].level", "Expert", "not a whole",
        "the first is 1",
    ),
    "a requirement of two things": (
        "{level: 3}", "{level: 3, points: 5}", "unlocks.MENTORING.requires[0]", "points: 5",
        "it asks for level and points at once", "Write one of level, points",
    ),
    "a requirement of nothing": (
        "{level: 3}", "{}", "unlocks.MENTORING.requires[0]", "- {}", "it asks for nothing",
        "Write one of level, points",
    ),
    "a tier of a path": (
        "{path: ONBOARDING}", "{path: ONBOARDING, tier: 2}", "unlocks.MENTORING.requires[1].tier", "tier: 2",
        "path takes no tier", "it goes with badge",
    ),
    "a misspelt path": (
        "{path: ONBOARDING}", "{path: ONBORDING}", "unlocks.MENTORING.requires[1].path", "ONBORDING", "not in paths",
        "ONBOARDING?",
    ),
    "a requirement misspelt": (
        "{path: ONBOARDING}", "{paht: ONBOARDING}", "unlocks.MENTORING.requires[1].paht", "paht", "not a key", "path?",
    ),
    "a step after none": (
        "after: [PRODUCTS, SECURITY]", "after: [PRODUCTS, SECURTY]", "paths.ONBOARDING.steps.FIRST_CALLS.after[1]",
        "after:", "SECURTY is not a step", "SECURITY?",
    ),
    "steps in a circle": (
        PRODUCTS, "where: {module: products}, after: FIRST_CALLS}", "paths.ONBOARDING.steps.FIRST_CALLS.after",
        "after: [", "FIRST_CALLS → PRODUCTS → FIRST_CALLS", "Remove one",
    ),
    "a badge without an owner": (
        "    owner: tomer.b\n", "", "badges.GUIDE.owner", "GUIDE:", "is missing", "who answers for it",
    ),
    "a badge for ever": (
        "    owner: tomer.b\n    review_on: 2027-05-01", "    owner: tomer.b\n    review_on: never",
        "badges.GUIDE.review_on", "never", '"never" is not a date', "2027-05-01",
    ),
    "a word for a tier": (
        SHARER, "silver: ten", "badges.KNOWLEDGE_SHARER.tiers.silver", "silver: ten", '"ten" is not a list',
        "each tier",
    ),
    "a tier's misspelt requirement": (
        SHARER, "silver: [{levle: 3}]", "badges.KNOWLEDGE_SHARER.tiers.silver[0].levle", "levle", "not a key",
        "level?",
    ),
    "a tier without a count's type": (
        SHARER, "silver: [{count: {distinct: article}}]", "badges.KNOWLEDGE_SHARER.tiers.silver[0].count.when",
        "silver:", "is missing", "Write a type",
    ),
    "a circle of unlocks and badges": (
        SHARER, "silver: [{unlock: MENTORING}]", "badges.KNOWLEDGE_SHARER", "KNOWLEDGE_SHARER:",
        "badge KNOWLEDGE_SHARER → MENTORING → badge KNOWLEDGE_SHARER", "Remove one",
    ),
    "a team without a target": (
        "    target: 2000\n", "", "teams.TEAM_WEEK.target", "TEAM_WEEK:", "is missing", "together",
    ),
    "a share in per cent": ("share: 0.8", "share: 80", "teams.TEAM_WEEK.share", "share: 80", "80 is too large", "0.8"),
    "a kind of credit nobody has": (
        "kind: growth", "kind: glory", "catalogue.CONFERENCE_DAY.kind", "glory", '"glory" is neither time, growth',
        "time",
    ),
    "a price of nothing": ("price: 800", "price: 0", "catalogue.EARLY_FRIDAY.price", "price: 0"),
    "a day of another week": (
        "[sun, mon,", "[sunday, mon,", "work_days[0]", "work_days",
        '"sunday" is not one of mon, tue, wed, thu, fri,', "mon, tue",
    ),
    "an eighth day": ("[sun, mon,", "[8, mon,", "work_days[0]", "work_days"),
    "a day named twice": (
        "[sun, mon,", "[mon, mon,", "work_days", "work_days", '"mon", "mon", "tue", "wed", "thu" are not days',
        "each day once",
    ),
    "no work day": ("[sun, mon, tue, wed, thu]", "[]", "work_days", "work_days"),
    "a holiday in words": (
        "[2026-09-13,", "[new year,", "holidays[0]", "holidays", '"new year" is not a date', "2026-12-25",
    ),
    "events that are too late": (
        "late_days: 7", "late_days: 400", "late_days", "late_days", "400 is too large", "0 to 365",
    ),
    "holds for ever": ("hold_days: 14", "hold_days: 0", "hold_days", "hold_days: 0", "0 is too small", "1 to 90"),
    "a week below a day": (
        "member_weekly_points: 1200", "member_weekly_points: 200", "caps.member_weekly_points", "weekly",
    ),
    "nights without a library": (
        "challenge_library: {file: bank-library.json}\n", "", "challenge_library", "", "is missing",
        "tier_1 to tier_3",
    ),
}  # fmt: skip
