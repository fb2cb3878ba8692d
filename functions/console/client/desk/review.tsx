/** A review: why it was opened, all that it is decided by, and what each decision would do. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { AssignmentBody, ReviewDetail, SimulationReport, StaffProfile, Statement } from "../api.ts";
import { Loading } from "../parts/page.tsx";
import { said, Sentences } from "../parts/say.tsx";
import { Link } from "../router.tsx";
import { date, sentence, t, time } from "../texts.ts";
import type { Code } from "../texts.ts";
import { useData } from "../use_data.ts";
import { Decide } from "./decide.tsx";
import type { Action } from "./decide.tsx";
import { JudgedText } from "./evidence.tsx";
import { useKeys } from "./keys.tsx";
import type { Decided } from "./outbox.ts";
import { Obstacle } from "./queue.tsx";
import { age, person, whose } from "./words.ts";

const ACTIONS: readonly Action[] = ["approve", "reject", "change"];
const KEYS: Readonly<Record<Action, string>> = { approve: "A", reject: "R", change: "C" };
const PERCENT = 100;
/** What else a review says about itself, beside what has a place of its own. */
const FACTS: readonly (readonly [string, Code])[] = [
  ["version", "fact.version"],
  ["points", "fact.points"],
  ["category", "fact.category"],
  ["source", "fact.source"],
  ["user", "fact.user"],
  ["owner", "fact.owner"],
];

interface ReviewProps {
  readonly id: string;
  readonly me: StaffProfile;
  readonly place: string; // in the queue
  readonly onBack: () => void;
  readonly onMove: (by: number) => void;
  readonly onDecided: (decided: Decided) => void;
}

export function ReviewPage({ id, me, place, onBack, onMove, onDecided }: ReviewProps) {
  const loaded = useData(() => ask("GET /admin/reviews/{review}", { review: id }), [id, me.declared]);
  return (
    <>
      <nav class="row spread" aria-label={t("desk.queue")}>
        <button type="button" onClick={onBack}>
          {t("desk.back")}
        </button>
        <span class="small soft">{place}</span>
        <span class="row">
          <button type="button" onClick={() => onMove(-1)}>
            {t("desk.previous")}
          </button>
          <button type="button" onClick={() => onMove(1)}>
            {t("desk.next")}
          </button>
        </span>
      </nav>
      <Loading loaded={loaded}>
        {(detail) => <Detail detail={detail} me={me} onDecided={onDecided} reload={loaded.reload} />}
      </Loading>
    </>
  );
}

interface DetailProps {
  readonly detail: ReviewDetail;
  readonly me: StaffProfile;
  readonly onDecided: (decided: Decided) => void;
  readonly reload: () => Promise<void>;
}

function Detail({ detail, me, onDecided, reload }: DetailProps) {
  const { review, effects, why_not: whyNot, people } = detail;
  const [asked, setAsked] = useState<Action | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isOpen = detail.status === "open" && whyNot === null;
  const changeable = detail.badges.some(({ key }) => key !== detail.summary["badge"]) || Object.keys(detail.attributes).length > 0;
  const possible = isOpen ? ACTIONS.filter((action) => effects[action] && (action !== "change" || changeable)) : [];
  const choose = (action: Action) => possible.includes(action) && setAsked(action);
  useKeys({ a: () => choose("approve"), r: () => choose("reject"), c: () => choose("change") });
  useEffect(() => heading.current?.focus(), [review.id]);
  return (
    <section class="case-detail" aria-labelledby="case">
      <div class="stack">
        <h2 id="case" tabIndex={-1} ref={heading}>
          {whose(review)}: {t(`review.${review.kind}`)}
        </h2>
        <p class="row small soft">
          {review.team && <span>{t("desk.team", { team: review.team })}</span>}
          <span>{t("desk.opened", { day: review.opened_at, age: age(review.age_hours) })}</span>
          {review.opened_by && <span>{t("desk.opened_by", { name: person(review.opened_by, people, me.subject) })}</span>}
          <Obstacle review={review} me={me} />
        </p>
        <Sentences messages={review.because} />
      </div>
      {whyNot && detail.status === "open" && (
        <div class="notice warn">
          <p>{said(whyNot)}</p>
          {me.declared && (
            <p class="small">
              {detail.waits_for.length
                ? t("desk.waits_for", { names: names(detail.waits_for, people, me.subject) })
                : t("desk.waits_for_nobody")}
            </p>
          )}
        </div>
      )}
      {detail.decided && <Outcome detail={detail} me={me} />}
      {detail.status === "lapsed" && <p class="notice">{t("desk.lapsed")}</p>}
      <About detail={detail} />
      {possible.length > 0 && (
        <Part title={t("desk.decide")}>
          <div class="grid">
            {possible.map((action) => (
              <div class="card" key={action}>
                <button
                  type="button"
                  class={action === "approve" ? "first" : action === "reject" ? "bad" : ""}
                  aria-keyshortcuts={KEYS[action]}
                  onClick={() => setAsked(action)}
                >
                  {t(`action.${action}`)} <kbd aria-hidden="true">{KEYS[action]}</kbd>
                </button>
                <p class="small">{effects[action] && said(effects[action])}</p>
              </div>
            ))}
          </div>
        </Part>
      )}
      {detail.status === "open" && me.declared && <Assignment detail={detail} me={me} reload={reload} />}
      {me.roles.includes("admin") && (
        <p class="small">
          <Link to={`audit/decision/${review.id}`}>{t("desk.audit")}</Link>
        </p>
      )}
      {asked && (
        <Decide
          detail={detail}
          action={asked}
          onClose={() => setAsked(null)}
          onDecided={(body) => onDecided({ review, body })}
        />
      )}
    </section>
  );
}

function names(subjects: readonly string[], people: ReviewDetail["people"], me: string): string {
  return subjects.map((subject) => person(subject, people, me)).join(", ");
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="stack">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** All that it is decided by: what somebody wrote, the entry, what a model said, what the policy asks, what was recorded. */
function About({ detail }: { detail: ReviewDetail }) {
  const { summary, verdict, entry, facts, badges, draft } = detail;
  const quotes = verdict?.evidence ?? summary["evidence"]?.split("\n") ?? [];
  const badge = badges.find(({ key }) => key === summary["badge"]);
  const other = FACTS.filter(([name]) => summary[name] && !(name === "source" && entry));
  return (
    <>
      {entry?.dispute && (
        <Part title={t("desk.dispute")}>
          <blockquote class="written">{entry.dispute.text}</blockquote>
        </Part>
      )}
      {summary["contest"] && (
        <Part title={t("desk.contest")}>
          <blockquote class="written">{summary["contest"]}</blockquote>
        </Part>
      )}
      {summary["text"] && (
        <Part title={t("desk.text")}>
          <JudgedText text={summary["text"]} quotes={quotes} />
          {quotes.length > 0 && <p class="small soft">{t("desk.marked")}</p>}
        </Part>
      )}
      {badge && (
        <Part title={t("desk.policy", { badge: sentence(badge.name) })}>
          <p>{badge.criteria}</p>
        </Part>
      )}
      {verdict && (
        <Part title={t("desk.model")}>
          {verdict.rationale && <blockquote class="written quiet">{verdict.rationale}</blockquote>}
          <p class="small soft">
            {verdict.confidence !== null && t("desk.confidence", { percent: Math.round(verdict.confidence * PERCENT) })}{" "}
            {t("desk.model_only")}
          </p>
        </Part>
      )}
      {facts.length > 0 && (
        <Part title={t("desk.history")}>
          <Sentences messages={facts} />
        </Part>
      )}
      {entry && <Entry entry={entry} />}
      {(other.length > 0 || summary["reason"]) && (
        <Part title={t("desk.facts")}>
          <dl class="facts">
            {other.map(([name, code]) => (
              <div key={name}>
                <dt>{t(code)}</dt>
                <dd>{summary[name]}</dd>
              </div>
            ))}
          </dl>
          {summary["reason"] && <blockquote class="written">{summary["reason"]}</blockquote>}
        </Part>
      )}
      {draft && <Trial detail={detail} />}
    </>
  );
}

function Entry({ entry }: { entry: Statement }) {
  return (
    <Part title={t("desk.entry")}>
      <div class="card">
        <div class="row spread">
          <span class="small soft">
            {date(entry.occurred_at)}, {time(entry.occurred_at)}
          </span>
          <span class="row">
            {entry.held > 0 && <span class="chip warn">{t(`hold.${entry.hold ?? "waiting"}`, { points: entry.held })}</span>}
            {entry.corrected && <span class="chip">{t("ledger.corrected")}</span>}
            {entry.reversed && <span class="chip bad">{t("ledger.reversed")}</span>}
            <strong class="figure">{t("common.points", { points: entry.points })}</strong>
          </span>
        </div>
        {entry.messages.map((message) => (
          <p key={said(message)}>{said(message)}</p>
        ))}
        {entry.lines.length > 0 && (
          <ul class="small">
            {entry.lines.map((line) => (
              <li key={line.rule}>
                {said(line.name)}, {said(line.arithmetic)}. {line.because && said(line.because)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Part>
  );
}

/** A version is tried against the last days before another admin confirms it. */
function Trial({ detail }: { detail: ReviewDetail }) {
  const [report, setReport] = useState<SimulationReport | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const attempt = async () => {
    setBusy(true);
    setRefused("");
    try {
      const program = String(detail.draft?.["key"] ?? "");
      setReport(await ask("POST /admin/programs/{program}/drafts", { program }, { program: detail.draft ?? null }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
    }
    setBusy(false);
  };
  return (
    <Part title={t("desk.trial")}>
      {refused && (
        <p class="notice bad" role="alert">
          {refused}
        </p>
      )}
      <div role="status">
        {report && (
          <div class="card">
            <p>{t("desk.trial_result", { changed: report.changed, compared: report.compared, days: report.days })}</p>
            <Sentences messages={report.effects.map(({ what }) => what)} />
          </div>
        )}
      </div>
      {!report && (
        <div class="row">
          <button type="button" disabled={busy} onClick={() => void attempt()}>
            {t(busy ? "desk.trial_runs" : "desk.trial_start")}
          </button>
        </div>
      )}
    </Part>
  );
}

function Outcome({ detail, me }: Pick<DetailProps, "detail" | "me">) {
  const { decided, people } = detail;
  if (!decided) return null;
  return (
    <div class="notice">
      <p>
        {t(`desk.decided_${decided.decision}`, { name: person(decided.by, people, me.subject), day: decided.at })}
      </p>
      <blockquote class="written">{decided.reason}</blockquote>
      <p class="small soft">{t("desk.final")}</p>
    </div>
  );
}

function Assignment({ detail, me, reload }: Pick<DetailProps, "detail" | "me" | "reload">) {
  const { review, people, why_not: whyNot } = detail;
  const [refused, setRefused] = useState("");
  const assign = async (to: AssignmentBody["to"]) => {
    setRefused("");
    try {
      await ask("POST /admin/reviews/{review}/assignment", { review: review.id }, { to });
      await reload();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
    }
  };
  useKeys({ m: () => void (whyNot === null && assign(review.mine ? "nobody" : "me")) });
  return (
    <Part title={t("desk.assignment")}>
      <p role="status">
        {review.assigned_to
          ? t("desk.has", { name: person(review.assigned_to, people, me.subject) })
          : t("desk.has_nobody")}{" "}
        <span class="soft">{t("desk.assignment_lead")}</span>
      </p>
      {refused && (
        <p class="notice bad" role="alert">
          {refused}
        </p>
      )}
      <div class="row">
        {!review.mine && whyNot === null && (
          <button type="button" onClick={() => void assign("me")}>
            {t("desk.take")} <kbd aria-hidden="true">M</kbd>
          </button>
        )}
        {!review.assigned_to && (
          <button type="button" onClick={() => void assign("fewest")}>
            {t("desk.fewest")}
          </button>
        )}
        {review.assigned_to && (
          <button type="button" onClick={() => void assign("nobody")}>
            {t("desk.put_back")}
          </button>
        )}
      </div>
    </Part>
  );
}
