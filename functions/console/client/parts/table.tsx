/**
 * A table. On a phone each row becomes a block with the columns' names in it; one of numbers scrolls within itself instead,
 * by keyboard too. The roles are written out, as a table that is laid out as blocks would lose them.
 */
import type { ComponentChildren } from "preact";

export interface Column<T> {
  readonly title: string;
  readonly number?: boolean;
  readonly cell: (row: T) => ComponentChildren;
}

interface TableProps<T> {
  readonly caption: string;
  readonly hideCaption?: boolean;
  /** It has many columns of numbers. */
  readonly scrolls?: boolean;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}

export function Table<T>({ caption, hideCaption = false, scrolls = false, columns, rows }: TableProps<T>) {
  return (
    <div class="scroll" role="group" aria-label={caption} tabIndex={scrolls ? 0 : undefined}>
      <table role="table" class={scrolls ? "" : "stacks"}>
        <caption class={hideCaption ? "hidden" : ""}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, number }) => (
              <th key={title} scope="col" role="columnheader" class={number ? "number" : ""}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <tr key={index} role="row">
              {columns.map(({ title, number, cell }) => (
                <td key={title} role="cell" data-title={title} class={number ? "number" : ""}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
