/** A tier over days: a line in steps, each day a dot in the tier's colour, at the tier's height. */
import { date, number, t } from "../texts.ts";
import { Frame, Labels, MARGIN, scale } from "./frame.tsx";

export interface TierDay {
  readonly day: string; // ISO date
  readonly tier: number;
}

interface StepsProps {
  readonly title: string;
  readonly summary: string;
  /** Oldest first. */
  readonly days: readonly TierDay[];
}

const TIERS = [1, 2, 3] as const;
const HEIGHT = 130;

export function Steps({ title, summary, days }: StepsProps) {
  const y = scale([1, 3], [HEIGHT - MARGIN.bottom - 14, MARGIN.top + 6]);
  const draw = (width: number) => {
    const ordinals = days.map(({ day }) => Date.parse(day));
    const along = scale([ordinals[0] ?? 0, ordinals.at(-1) ?? 1], [MARGIN.left + 12, width - MARGIN.right - 12]);
    const x = (index: number) => along(ordinals[index] ?? 0);
    const path = days.map(({ tier }, index) => (index ? `H${x(index).toFixed(1)}V${y(tier)}` : `M${x(0).toFixed(1)} ${y(tier)}`));
    return (
      <>
        <g aria-hidden="true">
          {TIERS.map((tier) => (
            <g key={tier}>
              <line class="rule" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tier)} y2={y(tier)} />
              <text x={MARGIN.left - 8} y={y(tier) + 4} text-anchor="end">
                {number(tier)}
              </text>
            </g>
          ))}
        </g>
        <path class="step" d={path.join("")} />
        {days.map(({ day, tier }, index) => (
          <circle key={day} class={`f-tier${tier}`} cx={x(index)} cy={y(tier)} r="4">
            <title>{`${date(day)}: ${t("common.tier", { tier })}`}</title>
          </circle>
        ))}
        <Labels labels={days.map(({ day }) => date(day, "tiny"))} x={x} y={HEIGHT - 6} width={width} />
      </>
    );
  };
  return (
    <Frame
      title={title}
      summary={summary}
      height={HEIGHT}
      columns={[t("chart.day"), t("days.tier")]}
      rows={days.map(({ day, tier }) => [date(day), tier])}
      draw={draw}
    />
  );
}
