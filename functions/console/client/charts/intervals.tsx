/** Shares with how sure they are: a dot, the interval around it, and the band that they should be in. */
import { number, t } from "../texts.ts";
import { Frame, MARGIN, scale } from "./frame.tsx";

export interface Share {
  readonly label: string;
  readonly mark: string; // `f-tier1`
  readonly share: number | null; // 0 to 1
  readonly low: number | null;
  readonly high: number | null;
}

interface IntervalsProps {
  readonly title: string;
  readonly summary: string;
  readonly shares: readonly Share[];
  readonly band?: readonly [number, number];
}

const ROW = 36, HIGHER_ROW = 52; // with its label above it
const LONG = 18; // characters of a label that leaves a phone no room beside it

export function Intervals({ title, summary, shares, band }: IntervalsProps) {
  const above = shares.some(({ label }) => label.length > LONG);
  const row = above ? HIGHER_ROW : ROW;
  const height = shares.length * row + 28;
  const sure = shares.some(({ low }) => low !== null); // how sure they are is known
  const draw = (width: number) => {
    const left = above ? 16 : Math.min(Math.max(...shares.map(({ label }) => label.length * 7.5), 40) + 16, width * 0.45);
    const x = scale([0, 1], [left, width - MARGIN.right - 10]);
    return (
      <>
        {band && <rect class="band" x={x(band[0])} width={x(band[1]) - x(band[0])} y="0" height={height - 24} />}
        <g aria-hidden="true">
          {[0, 0.25, 0.5, 0.75, 1].map((at) => (
            <g key={at}>
              <line class="rule" x1={x(at)} x2={x(at)} y1="0" y2={height - 24} />
              <text x={x(at)} y={height - 6} text-anchor="middle">
                {number(at * 100)}
                {"\u202f%"}
              </text>
            </g>
          ))}
        </g>
        {shares.map(({ label, mark, share, low, high }, index) => {
          const y = row * (index + (above ? 0.72 : 0.5));
          return (
            <g key={label} class={mark}>
              <text x="0" y={above ? y - 16 : y + 4}>
                {label}
              </text>
              {low !== null && high !== null && <line class="reach" x1={x(low)} x2={x(high)} y1={y} y2={y} />}
              {share !== null && <circle cx={x(share)} cy={y} r="6" />}
            </g>
          );
        })}
      </>
    );
  };
  return (
    <Frame
      title={title}
      summary={summary}
      height={height}
      columns={[t("chart.of"), t("chart.share"), ...(sure ? [t("chart.low"), t("chart.high")] : [])]}
      rows={shares.map(({ label, share, low, high }) => [label, percent(share), ...(sure ? [percent(low), percent(high)] : [])])}
      draw={draw}
    />
  );
}

function percent(share: number | null): string | null {
  return share === null ? null : `${number(Math.round(share * 100))}\u00a0%`;
}
