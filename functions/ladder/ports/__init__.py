"""Everything Ladder asks of the outside, in its own words.

Each method may raise Unavailable (try the step again) or Rejected (trying again will not help) of `domain.errors`.
"""
