/** What colleagues did, and only a member of their team can say whether it helped. */
import { useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { WaitingTask, WaitingTasks } from "../api.ts";
import { Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { date, t } from "../texts.ts";

/** Nothing where nobody asks. */
export function Confirmations({ waiting, reload }: { waiting: WaitingTasks; reload: () => Promise<void> }) {
  const [refused, setRefused] = useState("");
  if (!waiting.tasks.length) return null;
  const confirm = async ({ member, source, id }: WaitingTask) => {
    setRefused("");
    try {
      await ask("POST /members/me/confirmations", {}, { member, source, id });
      await reload();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
    }
  };
  return (
    <Section title={t("confirm.title")} lead={t("confirm.lead", { left: waiting.left_today })}>
      {refused && (
        <p class="notice bad" role="alert">
          {refused}
        </p>
      )}
      <div class="grid">
        {waiting.tasks.map((task) => (
          <article class="card" key={`${task.member} ${task.source} ${task.id}`}>
            <h3>{task.name}</h3>
            {task.what.map((message) => (
              <p key={said(message)}>{said(message)}</p>
            ))}
            <p class="small soft">{date(task.occurred_at)}</p>
            <div class="row">
              <button type="button" disabled={waiting.left_today < 1} onClick={() => void confirm(task)}>
                {t("confirm.confirm")}
              </button>
            </div>
          </article>
        ))}
      </div>
      {waiting.more && <p class="small soft">{t("confirm.more")}</p>}
    </Section>
  );
}
