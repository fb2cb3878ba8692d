"""From activities to points, streaks, levels and badges.

`evaluate` folds what arrives in order, `refold` everything anew when something arrives late or amends the past.
The balance is a function of the set of a member's activities, whatever the order of their delivery.
"""
