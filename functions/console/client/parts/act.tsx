/** A button that does something at once, and says that it was done, or why it was refused. */
import { useState } from "preact/hooks";
import { Refused } from "../api.ts";

interface ActProps {
  readonly label: string;
  readonly done: string;
  readonly onAct: () => Promise<void>;
}

export function Act({ label, done, onAct }: ActProps) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ refused: boolean; text: string } | null>(null);
  const act = async () => {
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
  return (
    <>
      <div class="row">
        <button type="button" disabled={busy} onClick={() => void act()}>
          {label}
        </button>
      </div>
      {said && (
        <p class={said.refused ? "notice bad" : "notice"} role={said.refused ? "alert" : "status"}>
          {said.text}
        </p>
      )}
    </>
  );
}
