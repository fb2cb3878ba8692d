/** The ledger: every entry in sentences, with its arithmetic and a way to say that it is wrong. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { LedgerPage, Statement } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Empty, Page } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { date, number, sentence, t, time } from "../texts.ts";
import { useData } from "../use_data.ts";
import { loadCalendar, PointsByDay } from "./calendar.tsx";

const LONGEST = 1_000; // characters of a dispute, as the API has it

export function Ledger() {
  const loaded = useData(() => Promise.all([ask("GET /members/me/ledger", {}), loadCalendar()]));
  return (
    <Page title={t("ledger.title")} lead={t("ledger.lead")} loaded={loaded}>
      {([first, calendar]) => (
        <>
          <PointsByDay calendar={calendar} />
          <Entries key={first.entries[0]?.sequence ?? 0} first={first} reload={loaded.reload} />
        </>
      )}
    </Page>
  );
}

function Entries({ first, reload }: { first: LedgerPage; reload: () => Promise<void> }) {
  const [pages, setPages] = useState([first]);
  const [disputed, setDisputed] = useState<Statement | null>(null);
  const [busy, setBusy] = useState(false);
  const entries = [first, ...pages.slice(1)].flatMap((page) => page.entries);
  const before = pages.at(-1)?.before ?? null;
  const more = async () => {
    if (before === null) return;
    setBusy(true);
    try {
      const page = await ask("GET /members/me/ledger", { before });
      setPages((known) => [...known, page]);
    } finally {
      setBusy(false);
    }
  };
  if (!entries.length) return <Empty>{t("ledger.empty")}</Empty>;
  return (
    <section aria-label={t("ledger.title")}>
      {first.quarantined.map(({ reference }) => (
        <p class="notice warn" key={reference}>
          {t("ledger.set_aside", { reference })}
        </p>
      ))}
      {byDay(entries).map(([day, ofDay]) => (
        <div key={day}>
          <h2 class="small soft">{sentence(date(day, "day"))}</h2>
          <ol class="entries">
            {ofDay.map((entry) => (
              <Entry key={entry.sequence} entry={entry} onDispute={() => setDisputed(entry)} />
            ))}
          </ol>
        </div>
      ))}
      {before !== null && (
        <div class="row">
          <button type="button" disabled={busy} onClick={() => void more()}>
            {t("ledger.more")}
          </button>
        </div>
      )}
      {disputed && <DisputeDialog entry={disputed} onClose={() => setDisputed(null)} reload={reload} />}
    </section>
  );
}

/** Group entries by the day that they count for, in the order in which they come. */
function byDay(entries: readonly Statement[]): readonly (readonly [string, readonly Statement[]])[] {
  const days: (readonly [string, Statement[]])[] = [];
  for (const entry of entries) {
    const day = entry.day ?? entry.occurred_at.slice(0, 10);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(entry);
    else days.push([day, [entry]]);
  }
  return days;
}

function Entry({ entry, onDispute }: { entry: Statement; onDispute: () => void }) {
  const amount = entry.spent ? -entry.spent : entry.points;
  const [first, ...rest] = entry.messages;
  const paidNothing = !entry.lines.length && !amount; // of an event that no rule is about
  return (
    <li class={`entry${paidNothing ? " quiet" : ""}`}>
      <span class={`amount${amount ? "" : " none"}`}>{signed(amount)}</span>
      <div class="stack">
        <p>
          {paidNothing && `${sentence(entry.type.replaceAll(/[._]/g, " "))}: `}
          {first && said(first)}
        </p>
        {rest.map((message) => (
          <p key={said(message)} class="small">
            {said(message)}
          </p>
        ))}
        <div class="row">
          <span class="small soft">{time(entry.occurred_at)}</span>
          {entry.held > 0 && entry.hold && (
            <span class={entry.hold === "denied" ? "chip bad" : "chip warn"}>
              {t(`hold.${entry.hold}`, { points: entry.held })}
            </span>
          )}
          {entry.reversed && <span class="chip bad">{t("ledger.reversed")}</span>}
          {entry.corrected && <span class="chip">{t("ledger.corrected")}</span>}
          {entry.dispute && <span class="chip warn">{t(`disputed.${entry.dispute.state}`)}</span>}
          <Why entry={entry} />
          {!entry.dispute && (
            <button type="button" class="plain" onClick={onDispute}>
              {t("ledger.wrong")}
            </button>
          )}
        </div>
        {entry.dispute && <Raised {...entry.dispute} />}
      </div>
    </li>
  );
}

function Raised({ text, raised_at: raisedAt, answer }: NonNullable<Statement["dispute"]>) {
  return (
    <div class="notice small">
      <p>
        {t("dispute.raised", { day: raisedAt })} “{text}”
      </p>
      {answer && <p>{t("dispute.answer", { answer })}</p>}
    </div>
  );
}

function Why({ entry }: { entry: Statement }) {
  if (!entry.lines.length) return null;
  return (
    <details>
      <summary>{t("ledger.why")}</summary>
      <Table
        caption={t("ledger.arithmetic")}
        hideCaption
        rows={entry.lines}
        columns={[
          {
            title: t("ledger.rule"),
            cell: ({ name, because }) => (
              <>
                {said(name)}
                {because && <div class="soft">{said(because)}</div>}
              </>
            ),
          },
          { title: t("ledger.sum"), cell: ({ arithmetic }) => said(arithmetic) },
        ]}
      />
    </details>
  );
}

function DisputeDialog({ entry, onClose, reload }: { entry: Statement; onClose: () => void; reload: () => Promise<void> }) {
  const [text, setText] = useState("");
  const [first] = entry.messages;
  const send = async () => {
    await ask("POST /members/me/disputes", {}, { source: entry.source, id: entry.id, text });
    await reload();
  };
  return (
    <Dialog title={t("dispute.title")} confirm={t("dispute.send")} onClose={onClose} onConfirm={send}>
      <p class="soft">{first && said(first)}</p>
      <label>
        {t("dispute.what")}
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

function signed(amount: number): string {
  return amount > 0 ? `+${number(amount)}` : number(amount).replace("-", "\u2212");
}
