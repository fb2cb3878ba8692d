/** A value of each tier over days, such as its target: a line a tier, told apart by its dashes, too. */
import { date, number, quantity, t } from "../texts.ts";
import { Frame, Labels, MARGIN, Rules, scale, ticks } from "./frame.tsx";

const TIERS = [1, 2, 3] as const;

export interface TierValues {
  readonly day: string; // ISO date
  /** Of tier 1, 2 and 3; null where there was none on that day. */
  readonly values: readonly number[] | null;
}

interface TierLinesProps {
  readonly title: string;
  readonly summary: string;
  readonly unit: string;
  /** Oldest first; at least one has values. */
  readonly days: readonly TierValues[];
  readonly height?: number;
}

export function TierLines({ title, summary, unit, days, height = 180 }: TierLinesProps) {
  const known = days.flatMap(({ day, values }) => (values ? [{ day, values }] : []));
  const all = known.flatMap(({ values }) => values);
  const rules = ticks(Math.min(...all), Math.max(...all));
  const y = scale([rules[0] ?? 0, rules.at(-1) ?? 1], [height - MARGIN.bottom, MARGIN.top]);
  const draw = (width: number) => {
    const ends = [days[0], days.at(-1)].map((end) => Date.parse(end?.day ?? "")) as [number, number];
    const along = scale(ends, [MARGIN.left + 12, width - MARGIN.right - 12]);
    const x = (day: string) => along(Date.parse(day));
    return (
      <>
        <Rules at={rules} y={y} width={width} unit={unit} />
        {TIERS.map((tier, at) => (
          <g key={tier}>
            <path
              class={`of-tier l-tier${tier}`}
              d={known.map(({ day, values }, index) => `${index ? "L" : "M"}${x(day).toFixed(1)} ${y(values[at] ?? 0).toFixed(1)}`).join("")}
            />
            {known.map(({ day, values }) => (
              <circle key={day} class={`f-tier${tier}`} cx={x(day)} cy={y(values[at] ?? 0)} r="3.5">
                <title>{`${date(day)}, ${t("common.tier", { tier })}: ${quantity(values[at] ?? 0, unit)}`}</title>
              </circle>
            ))}
          </g>
        ))}
        <Labels labels={days.map(({ day }) => date(day, "tiny"))} x={(index) => x(days[index]?.day ?? "")} y={height - 6} width={width} />
      </>
    );
  };
  return (
    <Frame
      title={title}
      summary={summary}
      height={height}
      keys={TIERS.map((tier) => ({ label: t("common.tier", { tier }), mark: `of-tier l-tier${tier}`, shape: "line" }))}
      columns={[t("chart.day"), ...TIERS.map((tier) => t("common.tier", { tier }))]}
      rows={known.map(({ day, values }) => [date(day), ...values.map(number)])}
      draw={draw}
    />
  );
}
