/** Amounts side by side, each with its name and number: a funnel, the ages of a queue. */
import { number } from "../texts.ts";
import { Frame, scale } from "./frame.tsx";

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly mark?: string;
}

interface BarsProps {
  readonly title: string;
  readonly summary: string;
  readonly bars: readonly Bar[];
  /** What the names and the numbers are, for the table. */
  readonly columns: readonly [string, string];
}

const ROW = 34;

export function Bars({ title, summary, bars, columns }: BarsProps) {
  const most = Math.max(...bars.map(({ value }) => value), 1);
  const draw = (width: number) => {
    const left = Math.min(Math.max(...bars.map(({ label }) => label.length * 7.5), 40) + 12, width * 0.45);
    const x = scale([0, most], [left, width - 56]);
    return bars.map(({ label, value, mark = "f-1" }, index) => (
      <g key={label}>
        <text x="0" y={ROW * (index + 0.5) + 4}>
          {label}
        </text>
        <rect class={mark} x={left} width={Math.max(x(value) - left, 1)} y={ROW * index + 8} height={ROW - 16} rx="3" />
        <text x={x(value) + 8} y={ROW * (index + 0.5) + 4}>
          {number(value)}
        </text>
      </g>
    ));
  };
  return (
    <Frame
      title={title}
      summary={summary}
      height={bars.length * ROW}
      columns={columns}
      rows={bars.map(({ label, value }) => [label, value])}
      draw={draw}
    />
  );
}
