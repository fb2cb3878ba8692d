/** Weeks of days: which of them counted. */
import { date, t } from "../texts.ts";
import { Frame } from "./frame.tsx";

export interface CalendarDay {
  readonly day: string; // ISO date
  readonly counts: boolean;
}

interface CalendarProps {
  readonly title: string;
  readonly hideTitle?: boolean;
  readonly summary: string;
  /** Consecutive days, oldest first. */
  readonly days: readonly CalendarDay[];
  readonly today: string;
}

const CELL = 18, GAP = 4, NAMES = 36;

export function Calendar({ title, hideTitle = false, summary, days, today }: CalendarProps) {
  const step = CELL + GAP;
  const draw = (width: number) => {
    const room = Math.max(Math.floor((width - NAMES) / step), 1);
    const offset = days[0] ? weekday(days[0].day) : 0;
    const hidden = Math.max(Math.ceil((days.length + offset) / 7) - room, 0); // weeks, the oldest
    return (
      <>
        {[0, 2, 4].map((row) => (
          <text key={row} x="0" y={row * step + CELL - 4} aria-hidden="true">
            {date(`2024-01-0${row + 1}`, "weekday")}
          </text>
        ))}
        {days.map(({ day, counts }, index) => {
          const column = Math.floor((offset + index) / 7) - hidden;
          if (column < 0) return null;
          return (
            <rect
              key={day}
              class={`${counts ? "on" : "off"}${day === today ? " now" : ""}`}
              x={NAMES + column * step}
              y={weekday(day) * step}
              width={CELL}
              height={CELL}
              rx="4"
            >
              <title>{`${date(day)}: ${t(counts ? "chart.counted" : "chart.not_counted")}`}</title>
            </rect>
          );
        })}
      </>
    );
  };
  return (
    <Frame
      title={title}
      hideTitle={hideTitle}
      summary={summary}
      height={7 * step}
      columns={[t("chart.day"), t("chart.outcome")]}
      rows={days.map(({ day, counts }) => [date(day), t(counts ? "chart.counted" : "chart.not_counted")])}
      draw={draw}
    />
  );
}

/** Return the day of the week, 0 for Monday; 2024-01-01 was one. */
function weekday(day: string): number {
  return (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;
}
