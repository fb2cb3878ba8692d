"""caps, teams, catalogue: the most that can be earned, what is earned together, what it buys.

teams:     {TEAM_WEEK: {name: …, target: 2000, floor: 100, share: 0.8, points: 50, every: week}}
catalogue: {EARLY_FRIDAY: {name: …, kind: time, price: 800, stock: 5}}
"""

from typing import Annotated

from ladder.adapters.program_file.sections.kinds import Number, Shape, Text, Whole, says, written
from ladder.domain.rulebook import CatalogueItem, Credit, TeamAchievement
from ladder.domain.rules import Period


class CapsShape(Shape):
    member_daily_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    member_weekly_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    member_daily_bonus_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    bonus_percent_of_base: Annotated[Number | None, says("Write a percentage such as 50.")] = None
    program_daily_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    reserve_percent: Annotated[Number | None, says("Write a percentage of the program's cap, such as 5.")] = None


class TeamShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as a good week together.", stand_in="?")]
    target: Annotated[Whole, says("Write the points that the team reaches together.", stand_in=1)]
    floor: Annotated[Whole, says("Write the points that a member adds at least, to share in it.", stand_in=1)]
    points: Annotated[Whole, says("Write what each of them gets, in points.", stand_in=1)]
    every: Annotated[Period | None, says("Write day or week.")] = None
    share: Annotated[Number | None, says("Write the share of the team that must add its part: 0.8.")] = None


class CatalogueItemShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as home an hour early.", stand_in="?")]
    kind: Annotated[Credit, says("Write time, growth, recognition or money.", stand_in="time")]
    price: Annotated[Whole, says("Write a whole number of points.", stand_in=1)]
    stock: Annotated[Whole | None, says("Write how many there are, or leave it out where there is no end.")] = None


def team(key: str, shape: TeamShape) -> TeamAchievement:
    return TeamAchievement(key=key, **written(shape))


def catalogue_item(key: str, shape: CatalogueItemShape) -> CatalogueItem:
    return CatalogueItem(key=key, **written(shape))
