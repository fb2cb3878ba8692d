/**
 * What all charts have in common: drawn at the width that there is, so that text keeps its size, and on paper scaled from
 * the width of the screen to that of the sheet; read out as a sentence; and shown as a table on demand. Nothing in a chart is said by colour alone.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Table } from "../parts/table.tsx";
import { number, t } from "../texts.ts";

export interface Key {
  readonly label: string;
  /** The class of the mark, and whether it is an area, a line, a dashed line or a dot. */
  readonly mark: string;
  readonly shape: "area" | "line" | "dot";
}

export interface ChartProps {
  readonly title: string;
  /** What a reader who sees no picture should know of it. */
  readonly summary: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** The heading stands above it already. */
  readonly hideTitle?: boolean;
}

interface FrameProps extends ChartProps {
  readonly height: number;
  readonly keys?: readonly Key[];
  readonly draw: (width: number) => ComponentChildren;
}

export const MARGIN = { left: 44, right: 12, top: 12, bottom: 26 };
const FIRST_WIDTH = 640; // until it is measured, before the first paint

export function Frame({ title, summary, columns, rows, height, keys = [], hideTitle = false, draw }: FrameProps) {
  const figure = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const drawn = figure.current;
    if (!drawn) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(Math.floor(entry.contentRect.width), 200)));
    observer.observe(drawn);
    return () => observer.disconnect();
  }, []);
  return (
    <figure class="chart" ref={figure}>
      {!hideTitle && (
        <figcaption>
          <h3>{title}</h3>
        </figcaption>
      )}
      {keys.length > 1 && (
        <ul class="legend">
          {keys.map((key) => (
            <li key={key.label}>
              <Mark {...key} />
              {key.label}
            </li>
          ))}
        </ul>
      )}
      <svg role="img" aria-label={`${title}. ${summary}`} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        {draw(width)}
      </svg>
      <details>
        <summary>{t("chart.as_table")}</summary>
        <Table
          caption={title}
          hideCaption
          scrolls
          columns={columns.map((name, index) => ({
            title: name,
            number: index > 0,
            cell: (row: ChartProps["rows"][number]) => cell(row[index] ?? null),
          }))}
          rows={rows}
        />
      </details>
    </figure>
  );
}

function Mark({ mark, shape }: Key) {
  return (
    <svg aria-hidden="true" viewBox="0 0 22 12">
      {shape === "area" && <rect class={mark} width="22" height="12" rx="2" />}
      {shape === "line" && <line class={mark} x1="0" x2="22" y1="6" y2="6" />}
      {shape === "dot" && <circle class={mark} cx="11" cy="6" r="4.5" />}
    </svg>
  );
}

function cell(value: string | number | null): string {
  return value === null ? "–" : typeof value === "number" ? number(value) : value;
}

/** A map from values to pixels. */
export type Scale = (value: number) => number;

export function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** Return about `count` round numbers that cover the values, the outer ones at or beyond them. */
export function ticks(least: number, most: number, count = 4): readonly number[] {
  const span = most - least || Math.abs(most) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(least / step);
  const steps = Math.max(Math.ceil(most / step) - first, 1);
  return Array.from({ length: steps + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The horizontal rules of a chart with their numbers. */
export function Rules({ at, y, width, unit = "" }: { at: readonly number[]; y: Scale; width: number; unit?: string }) {
  return (
    <g aria-hidden="true">
      {at.map((value) => (
        <g key={value}>
          <line class="rule" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(value)} y2={y(value)} />
          <text x={MARGIN.left - 8} y={y(value) + 4} text-anchor="end">
            {number(value)}
            {unit === "%" ? "\u202f%" : ""}
          </text>
        </g>
      ))}
    </g>
  );
}

interface LabelsProps {
  readonly labels: readonly string[];
  readonly x: (index: number) => number;
  readonly y: number;
  readonly width: number;
}

/** The labels below a chart: those that have room, from the last one on. */
export function Labels({ labels, x, y, width }: LabelsProps) {
  const longest = Math.max(...labels.map((label) => label.length), 1) * 7.5 + 12;
  const shown: { label: string; at: number }[] = [];
  for (let index = labels.length - 1; index >= 0; index -= 1) {
    const at = Math.min(Math.max(x(index), longest / 2), width - longest / 2 + 6);
    const after = shown.at(-1)?.at ?? Infinity;
    if (after - at >= longest) shown.push({ label: labels[index] ?? "", at });
  }
  return (
    <g aria-hidden="true">
      {shown.map(({ label, at }) => (
        <text key={at} x={at} y={y} text-anchor="middle">
          {label}
        </text>
      ))}
    </g>
  );
}
