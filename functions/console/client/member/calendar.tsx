/** What the last weeks paid, day by day, and which days each streak counted. */
import { ask } from "../api.ts";
import type { CalendarDay, CalendarStreak, PointsCalendar } from "../api.ts";
import { Calendar } from "../charts/calendar.tsx";
import { Columns } from "../charts/columns.tsx";
import type { Series } from "../charts/columns.tsx";
import { Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { date, sentence, t } from "../texts.ts";

const SHOWN = 84, DAYS_OF_POINTS = 28, MOST_SERIES = 5;

/** Load the last weeks: with the page that shows them, so that nothing moves when they are there. */
export function loadCalendar(): Promise<PointsCalendar> {
  return ask("GET /members/me/calendar", { days: SHOWN });
}

export function StreakCalendar({ streak, calendar }: { streak: CalendarStreak; calendar: PointsCalendar }) {
  const counted = new Set(calendar.days.filter(({ streaks }) => streaks.includes(streak.key)).map(({ day }) => day));
  const days = daysBetween(calendar.first, calendar.last);
  return (
    <Calendar
      title={sentence(streak.name)}
      hideTitle
      summary={t("calendar.summary", { counted: counted.size, days: days.length, name: streak.name })}
      days={days.map((day) => ({ day, counts: counted.has(day) }))}
      today={calendar.last}
    />
  );
}

/** Points a day by rule: the rules that paid most, and the others together. Nothing where nothing was paid. */
export function PointsByDay({ calendar }: { calendar: PointsCalendar }) {
  const days = daysBetween(calendar.first, calendar.last).slice(-DAYS_OF_POINTS);
  const paid = calendar.days.filter(({ day }) => days.includes(day));
  const points = paid.reduce((sum, day) => sum + day.points, 0);
  if (!points) return null;
  return (
    <Section title={t("calendar.points")}>
      <Columns
        title={t("calendar.points")}
        hideTitle
        summary={t("calendar.points_summary", { points, days: days.length })}
        labels={days.map((day) => date(day, "tiny"))}
        series={seriesOf(paid, days)}
      />
    </Section>
  );
}

function seriesOf(paid: readonly CalendarDay[], days: readonly string[]): readonly Series[] {
  const byRule = new Map<string, Map<string, number>>();
  for (const { day, paid: lines } of paid) {
    for (const { name, points } of lines) {
      const ofRule = byRule.get(said(name)) ?? new Map<string, number>();
      byRule.set(said(name), ofRule.set(day, (ofRule.get(day) ?? 0) + points));
    }
  }
  const total = (ofRule: ReadonlyMap<string, number>) => [...ofRule.values()].reduce((sum, points) => sum + points, 0);
  const ranked = [...byRule].sort(([, one], [, other]) => total(other) - total(one));
  const most = ranked.length > MOST_SERIES + 1 ? ranked.slice(0, MOST_SERIES) : ranked;
  const rest = ranked.slice(most.length).map(([, ofRule]) => ofRule);
  const valuesOf = (rules: readonly ReadonlyMap<string, number>[]) =>
    days.map((day) => rules.reduce((sum, ofRule) => sum + (ofRule.get(day) ?? 0), 0));
  return [
    ...most.map(([label, ofRule], index) => ({ label, mark: `f-${index + 1}`, values: valuesOf([ofRule]) })),
    ...(rest.length ? [{ label: t("calendar.other"), mark: "f-none", values: valuesOf(rest) }] : []),
  ];
}

/** Return every date from the first to the last. */
function daysBetween(first: string, last: string): readonly string[] {
  const days: string[] = [];
  for (const day = new Date(`${first}T12:00:00Z`); ; day.setUTCDate(day.getUTCDate() + 1)) {
    const date = day.toISOString().slice(0, 10);
    if (date > last) return days;
    days.push(date);
  }
}
