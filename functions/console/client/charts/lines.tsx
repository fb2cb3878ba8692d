/** Values against what was asked for: a line over days, a dash at each day's target, and whether it was met. */
import { date, number, quantity, t } from "../texts.ts";
import { Frame, Labels, MARGIN, Rules, scale, ticks } from "./frame.tsx";

export interface Day {
  readonly day: string;
  readonly value: number | null;
  readonly target: number | null;
  readonly met: boolean | null; // null: it did not count
}

interface LinesProps {
  readonly title: string;
  readonly summary: string;
  readonly unit: string;
  readonly days: readonly Day[];
  readonly height?: number;
}

const DASH = 9; // half of a target's mark, in pixels

export function Lines({ title, summary, unit, days, height = 220 }: LinesProps) {
  const values = days.flatMap(({ value, target }) => [value, target]).filter((value) => value !== null);
  const rules = ticks(Math.min(...values, Infinity) === Infinity ? 0 : Math.min(...values), Math.max(...values, 1));
  const y = scale([rules[0] ?? 0, rules.at(-1) ?? 1], [height - MARGIN.bottom, MARGIN.top]);
  const draw = (width: number) => {
    const ordinals = days.map(({ day }) => Date.parse(day));
    const along = scale([ordinals[0] ?? 0, ordinals.at(-1) ?? 1], [MARGIN.left + 12, width - MARGIN.right - 12]);
    const x = (index: number) => along(ordinals[index] ?? 0);
    return (
      <>
        <Rules at={rules} y={y} width={width} unit={unit} />
        {days.map(({ day, target }, index) =>
          target === null ? null : (
            <line key={day} class="aim" x1={x(index) - DASH} x2={x(index) + DASH} y1={y(target)} y2={y(target)} />
          ),
        )}
        <path class="value" d={line(days.map(({ value }) => value), x, y)} />
        {days.map(({ day, value, met }, index) =>
          value === null ? null : (
            <circle
              key={day}
              class={met === null ? "seen" : met ? "met" : "unmet"}
              cx={x(index)}
              cy={y(value)}
              r={met === null ? 2.5 : 4.5}
            >
              <title>{`${date(day)}: ${quantity(value, unit)}`}</title>
            </circle>
          ),
        )}
        <Labels labels={days.map(({ day }) => date(day, "tiny"))} x={x} y={height - 6} width={width} />
      </>
    );
  };
  return (
    <Frame
      title={title}
      summary={summary}
      height={height}
      keys={[
        { label: unit ? `${t("chart.value")} (${unit})` : t("chart.value"), mark: "value", shape: "line" },
        { label: t("chart.target"), mark: "aim", shape: "line" },
        { label: t("chart.met"), mark: "met", shape: "dot" },
        { label: t("chart.not_met"), mark: "unmet", shape: "dot" },
      ]}
      columns={[t("chart.day"), t("chart.value"), t("chart.target"), t("chart.outcome")]}
      rows={days.map(({ day, value, target, met }) => [
        date(day),
        value === null ? null : number(value),
        target === null ? null : number(target),
        met === null ? null : t(met ? "chart.met" : "chart.not_met"),
      ])}
      draw={draw}
    />
  );
}

/** Return the path of a line that has a gap where nothing is known. */
function line(values: readonly (number | null)[], x: (index: number) => number, y: (value: number) => number): string {
  let begun = false;
  return values
    .map((value, index) => {
      const part = value === null ? "" : `${begun ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      begun = value !== null;
      return part;
    })
    .join("");
}
