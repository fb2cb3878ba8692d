"""metrics, contact_types, metric_files, guard, hard_contacts: what is measured, and what makes it fair."""

from typing import Annotated

from ladder.adapters.program_file.sections.kinds import Number, Pair, Shape, Text, Whole, says, written
from ladder.domain.program import ContactType, Direction, Measure, Metric, MetricFiles, QualityGate


class QualityGateShape(Shape):
    metric: Annotated[Text, says("Name the metric of quality.", stand_in="?")]
    at_least: Annotated[Number | None, says("Write the lowest value that is good, or at_most instead.")] = None
    at_most: Annotated[Number | None, says("Write the highest value that is good, or at_least instead.")] = None
    over_days: Annotated[Whole | None, says("Write how many worked days count, such as 10.")] = None


class MetricShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as average handle time.", stand_in="?")]
    unit: Annotated[Text, says('Write its unit, such as s or "%".', stand_in="?")]
    direction: Annotated[
        Direction,
        says('Write "lower" when a smaller number is better, "higher" when a larger one is.', stand_in="lower"),
    ]
    step: Annotated[Number | None, says("Write what targets are rounded to, such as 5.")] = None
    speed: Annotated[bool | None, says("Write true when it rewards being quick, else false.")] = None
    north_star: Annotated[bool | None, says("Write true for the behaviours that matter most, at most three.")] = None
    exclusive: Annotated[bool | None, says("Write false to allow several challenges on it at once, else true.")] = None
    range: Annotated[Pair | None, says("Write the least and the most that a day's value can be: [0, 100].")] = None
    final_after_days: Annotated[Whole | None, says("Write the days until its figures no longer change, or 0.")] = None
    at_least: Annotated[Whole | None, says("Write the contacts that a day needs before it counts, such as 10.")] = None
    normalise_by: Annotated[Text | None, says("Write what it is compared by, such as contact_type.")] = None
    quality_gate: Annotated[QualityGateShape | None, says("Write {metric: …, at_most: …} or at_least.")] = None


class ContactTypeShape(Shape):
    contacts: Annotated[Text | None, says("Write what the source calls its contacts, such as calls_NW.")] = None
    seconds: Annotated[Text | None, says("Write what the source calls its handle time in seconds.")] = None


class MeasureShape(Shape):
    column: Annotated[Text, says("Name the column of the value.", stand_in="?")]
    count: Annotated[Text, says("Name the column of the contacts that it rests on.", stand_in="?")]
    share: Annotated[bool | None, says("Write true for 100 * column / count, else false.")] = None


class MetricFilesShape(Shape):
    agent: Annotated[Text | None, says("Name the column of the agent.")] = None
    date: Annotated[Text | None, says("Name the column of the date.")] = None
    measures: Annotated[
        dict[str, MeasureShape], says("Write each metric's key and {column: …, count: …}.", stand_in={})
    ]


class GuardShape(Shape):
    short_contacts: Annotated[Text | None, says("Name the metric of contacts that ended at once, in per cent.")] = None
    repeat_contacts: Annotated[Text | None, says("Name the metric of callers who rang again, in per cent.")] = None
    false_alarms: Annotated[Number | None, says("Write the share flagged by chance: 0.001 is one in 1,000.")] = None
    min_contacts: Annotated[Whole | None, says("Write a number of contacts, such as 100.")] = None


class HardContactsShape(Shape):
    ratio: Annotated[Number | None, says("Write how many times the usual length: 1.1 is a tenth longer.")] = None
    bonus_percentage: Annotated[Number | None, says("Write a percentage: 10 adds a tenth of the base points.")] = None


def metric(key: str, shape: MetricShape) -> Metric:
    said = written(shape)
    gate = said.pop("quality_gate", None)
    return Metric(key=key, quality_gate=QualityGate(**gate) if gate else None, **said)


def contact_type(key: str, shape: ContactTypeShape) -> ContactType:
    return ContactType(**{"key": key, "contacts": f"calls_{key}", **written(shape)})


def metric_files(shape: MetricFilesShape) -> MetricFiles:
    measures = {key: Measure(**written(measure)) for key, measure in shape.measures.items()}
    return MetricFiles(**{**written(shape), "measures": measures})
