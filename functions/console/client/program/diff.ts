/** Compare two texts line by line, as the API compares versions. */
import type { ChangedLine } from "../api.ts";

const CONTEXT = 3; // lines around a change

/** Return the lines that changed between files, with some around them. */
export function changes(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly ChangedLine[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((file) => {
    const lines = compare(lined(before[file] ?? ""), lined(after[file] ?? ""));
    const near = new Set(lines.flatMap(({ sign }, at) => (sign === " " ? [] : span(at - CONTEXT, at + CONTEXT))));
    return lines.flatMap((line, at): ChangedLine[] => {
      if (!near.has(at)) return [];
      const gap: ChangedLine[] = near.has(at - 1) ? [] : [{ file, sign: "@", text: "" }];
      return [...gap, { file, ...line }];
    });
  });
}

type Line = Pick<ChangedLine, "sign" | "text">;

/** The longest common subsequence of what differs between the same beginning and the same end. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0, end = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const old = before.slice(start, before.length - end), now = after.slice(start, after.length - end);
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width); // of what is left from each pair of lines on
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        old[i] === now[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  const middle: Line[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && old[i] === now[j]) {
      middle.push({ sign: " ", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) {
      middle.push({ sign: "-", text: old[i] ?? "" });
      i += 1;
    } else {
      middle.push({ sign: "+", text: now[j] ?? "" });
      j += 1;
    }
  }
  const same = (text: string): Line => ({ sign: " ", text });
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)];
}

function lined(text: string): readonly string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function span(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
