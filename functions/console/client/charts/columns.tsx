/** Amounts over days, one on top of the other: points by rule, people by tier. */
import { number, t } from "../texts.ts";
import { Frame, Labels, MARGIN, Rules, scale, ticks } from "./frame.tsx";

export interface Series {
  readonly label: string;
  /** The class of its area: `f-tier1` for a tier, `f-1` to `f-6` for others. */
  readonly mark: string;
  readonly values: readonly number[];
}

interface ColumnsProps {
  readonly title: string;
  readonly hideTitle?: boolean;
  readonly summary: string;
  /** What stands below each column. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly height?: number;
}

export function Columns({ title, hideTitle = false, summary, labels, series, height = 220 }: ColumnsProps) {
  const totals = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const rules = ticks(0, Math.max(...totals, 1));
  const y = scale([0, rules.at(-1) ?? 1], [height - MARGIN.bottom, MARGIN.top]);
  const draw = (width: number) => {
    const step = (width - MARGIN.left - MARGIN.right) / Math.max(labels.length, 1);
    const wide = Math.max(Math.min(step * 0.7, 36), 2);
    const x = (index: number) => MARGIN.left + step * (index + 0.5);
    return (
      <>
        <Rules at={rules} y={y} width={width} />
        {labels.map((label, index) => {
          let below = 0;
          return series.map(({ label: name, mark, values }) => {
            const value = values[index] ?? 0;
            const bottom = y(below);
            below += value;
            return value > 0 ? (
              <rect key={name} class={mark} x={x(index) - wide / 2} width={wide} y={y(below)} height={bottom - y(below)}>
                <title>{`${label}, ${name}: ${number(value)}`}</title>
              </rect>
            ) : null;
          });
        })}
        <Labels labels={labels} x={x} y={height - 6} width={width} />
      </>
    );
  };
  return (
    <Frame
      title={title}
      hideTitle={hideTitle}
      summary={summary}
      height={height}
      keys={series.map(({ label, mark }) => ({ label, mark, shape: "area" }))}
      columns={[t("chart.day"), ...series.map(({ label }) => label)]}
      rows={labels.map((label, index) => [label, ...series.map(({ values }) => values[index] ?? 0)])}
      draw={draw}
    />
  );
}
