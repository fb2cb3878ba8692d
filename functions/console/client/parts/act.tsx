/** Doing something at once, and saying that it was done, or why it was refused. */
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { Refused } from "../api.ts";

interface Acting {
  readonly busy: boolean;
  readonly act: (onAct: () => Promise<unknown>, done: string) => Promise<void>;
  readonly outcome: VNode | null; // what came of it, for the page to show
}

export function useAct(): Acting {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ refused: boolean; text: string } | null>(null);
  const act = async (onAct: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setSaid(null);
    try {
      await onAct();
      setSaid({ refused: false, text: done });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setSaid({ refused: true, text: error.message });
    }
    setBusy(false);
  };
  const outcome = said && (
    <p class={said.refused ? "notice bad" : "notice"} role={said.refused ? "alert" : "status"}>
      {said.text}
    </p>
  );
  return { busy, act, outcome };
}

interface ActProps {
  readonly label: string;
  readonly done: string;
  readonly onAct: () => Promise<void>;
}

export function Act({ label, done, onAct }: ActProps) {
  const { busy, act, outcome } = useAct();
  return (
    <>
      <div class="row">
        <button type="button" disabled={busy} onClick={() => void act(onAct, done)}>
          {label}
        </button>
      </div>
      {outcome}
    </>
  );
}
