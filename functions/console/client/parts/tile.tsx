/** A number that matters, with what it is. */
import type { ComponentChildren } from "preact";

export function Tile({ value, label, children }: { value: string; label: string; children?: ComponentChildren }) {
  return (
    <div class="card tile">
      <span class="value">{value}</span>
      <span class="small soft">{label}</span>
      {children}
    </div>
  );
}

export function Tier({ tier, label }: { tier: number; label: string }) {
  return (
    <span class="chip">
      <span class={`dot tier${tier}`} aria-hidden="true" />
      {label}
    </span>
  );
}
