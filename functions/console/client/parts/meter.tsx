/** How far something is: a bar with its numbers beside it, so that nobody has to guess from its length. */
import { number } from "../texts.ts";

interface MeterProps {
  readonly label: string;
  readonly have: number;
  readonly needed: number;
  readonly text?: string;
}

export function Meter({ label, have, needed, text = `${number(have)} / ${number(needed)}` }: MeterProps) {
  return (
    <div class="stack">
      <div class="row spread keep small">
        <span>{label}</span>
        <span class="figure soft">{text}</span>
      </div>
      <progress aria-label={label} value={Math.min(have, needed)} max={Math.max(needed, 1)} />
    </div>
  );
}
