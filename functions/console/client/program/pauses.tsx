/** What is paused of the program, and pausing or resuming a part of it at once. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { Pause, ShownVersion } from "../api.ts";
import { identity } from "../auth.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Section } from "../parts/page.tsx";
import { Reason } from "../parts/reason.tsx";
import { sentence, t } from "../texts.ts";

interface Part extends Pause {
  readonly name: string;
  readonly paused: boolean;
}
/** What this page reads of a version as it is stored. */
interface Stored {
  readonly key: string;
  readonly name: string;
  readonly rulebook: Readonly<Record<"rules" | "badges" | "judged", readonly { readonly key: string; readonly name: string }[]>>;
}

export function partsOf({ listed, program }: ShownVersion): readonly Part[] {
  const { key, name, rulebook } = program as unknown as Stored;
  const parts: readonly (Pause & { name: string })[] = [
    { what: "program", key, name },
    ...rulebook.rules.map((rule) => ({ what: "rule" as const, key: rule.key, name: rule.name })),
    ...[...rulebook.badges, ...rulebook.judged].map((badge) => ({ what: "badge" as const, key: badge.key, name: badge.name })),
  ];
  const paused = new Set(listed.pauses.map((pause) => `${pause.what} ${pause.key}`));
  return parts.map((part) => ({ ...part, paused: paused.has(`${part.what} ${part.key}`) }));
}

export function Pauses({ live, onChanged }: { live: ShownVersion; onChanged: () => Promise<void> }) {
  const [chosen, setChosen] = useState<Part | null>(null);
  const parts = partsOf(live);
  return (
    <Section title={t("pauses.title")} lead={t("pauses.lead")}>
      {(["program", "rule", "badge"] as const).map((what) => {
        const ofKind = parts.filter((part) => part.what === what);
        const paused = ofKind.filter((part) => part.paused).length;
        if (!ofKind.length) return null;
        return (
          <details key={what} open={what === "program" || paused > 0}>
            <summary>{t(`pausable.${what}`, { count: ofKind.length, paused })}</summary>
            <ul class="plain-list">
              {ofKind.map((part) => (
                <li key={part.key}>
                  <span>
                    {sentence(part.name)} <code class="soft">{part.key}</code>{" "}
                    {part.paused && <span class="chip warn">{t("pauses.paused")}</span>}
                  </span>
                  <button
                    type="button"
                    aria-label={`${t(part.paused ? "pauses.resume" : "pauses.pause")}: ${part.name}`}
                    onClick={() => setChosen(part)}
                  >
                    {t(part.paused ? "pauses.resume" : "pauses.pause")}
                  </button>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
      {chosen && <PauseDialog part={chosen} onClose={() => setChosen(null)} onChanged={onChanged} />}
    </Section>
  );
}

function PauseDialog({ part, onClose, onChanged }: { part: Part; onClose: () => void; onChanged: () => Promise<void> }) {
  const [reason, setReason] = useState("");
  const { what, key, name, paused } = part;
  const change = async () => {
    const program = identity().program;
    await ask("POST /admin/programs/{program}/pauses", { program }, { what, key, paused: !paused, reason });
    await onChanged();
  };
  return (
    <Dialog
      title={t(paused ? "pauses.resume_title" : "pauses.pause_title", { name })}
      confirm={t(paused ? "pauses.resume" : "pauses.pause")}
      danger={!paused}
      onClose={onClose}
      onConfirm={change}
    >
      <p class="soft">{t(paused ? "pauses.resume_lead" : "pauses.pause_lead")}</p>
      <Reason value={reason} onInput={setReason} />
    </Dialog>
  );
}
