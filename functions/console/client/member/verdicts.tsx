/** What was judged about the member: each verdict with its reason, and a way to let a person decide instead. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { VerdictForMember } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Empty, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { date, sentence, t } from "../texts.ts";

const LONGEST = 1_000; // characters of a contest, as the API has it

export function Verdicts({ verdicts, reload }: { verdicts: readonly VerdictForMember[]; reload: () => Promise<void> }) {
  const [contested, setContested] = useState<VerdictForMember | null>(null);
  return (
    <Section title={t("verdicts.title")} lead={t("verdicts.lead")}>
      {!verdicts.length && <Empty>{t("verdicts.none")}</Empty>}
      <div class="grid">
        {verdicts.map((verdict) => (
          <article class="card" key={verdict.verdict}>
            <div class="row spread">
              <h3>{sentence(verdict.name)}</h3>
              <span class={verdict.state === "given" ? "chip good" : "chip"}>{t(`verdict.${verdict.state}`)}</span>
            </div>
            <p class="small soft">{date(verdict.at)}</p>
            <p>{said(verdict.reason)}</p>
            {verdict.contested && <p class="small">{t("verdicts.contested")}</p>}
            {verdict.until && (
              <div class="row">
                <button type="button" onClick={() => setContested(verdict)}>
                  {t("verdicts.contest")}
                </button>
                <span class="small soft">{t("verdicts.until", { day: verdict.until })}</span>
              </div>
            )}
          </article>
        ))}
      </div>
      {contested && <ContestDialog verdict={contested} onClose={() => setContested(null)} reload={reload} />}
    </Section>
  );
}

interface ContestProps {
  readonly verdict: VerdictForMember;
  readonly onClose: () => void;
  readonly reload: () => Promise<void>;
}

function ContestDialog({ verdict, onClose, reload }: ContestProps) {
  const [text, setText] = useState("");
  const send = async () => {
    await ask("POST /members/me/contests", {}, { verdict: verdict.verdict, text });
    await reload();
  };
  return (
    <Dialog title={t("verdicts.contest")} confirm={t("dispute.send")} onClose={onClose} onConfirm={send}>
      <p class="soft">{said(verdict.reason)}</p>
      <label>
        {t("verdicts.why")}
        <textarea
          required
          maxLength={LONGEST}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p class="small soft">{t("dispute.then")}</p>
    </Dialog>
  );
}
