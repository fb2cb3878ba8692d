/** What a draft would have changed in the last days: points by rule, who gains or loses, and what holds them up. */
import type { ChangedMember, EffectSummary, FoundProblem, SimulationReport } from "../api.ts";
import { Empty } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Tile } from "../parts/tile.tsx";
import { date, number, t } from "../texts.ts";

/** `found`: problems that stand above it already. */
export function Trial({ report, found }: { report: SimulationReport; found: readonly FoundProblem[] }) {
  const { points, losing, gaining, compared, days, complete, names } = report;
  const members = report.members.filter(({ now, draft, gained, lost }) => now !== draft || gained.length + lost.length > 0);
  const listed = members.filter(({ now, draft }) => now !== draft).length;
  const rules = [...new Set([...Object.keys(points.now), ...Object.keys(points.draft)])].sort();
  const warnings = report.warnings.filter((warning) => !found.some(({ message }) => warning.includes(message)));
  const [now, draft] = [sum(points.now), sum(points.draft)];
  return (
    <div class="stack wide" aria-live="polite">
      <h3>{t("trial.title", { days })}</h3>
      <p class="soft small">{t(complete ? "trial.compared" : "trial.sample", { count: compared })}</p>
      {warnings.map((warning) => (
        <p class="notice warn small" lang="en" key={warning}>
          {warning}
        </p>
      ))}
      <div class="tiles">
        <Tile value={number(losing)} label={t("trial.lose", { count: losing })} />
        <Tile value={number(gaining)} label={t("trial.gain", { count: gaining })} />
        <Tile value={number(compared - losing - gaining)} label={t("trial.same")} />
        <Tile value={`${number(now)} → ${number(draft)}`} label={t("trial.points")}>
          <Difference now={now} draft={draft} />
        </Tile>
      </div>
      {!members.length && !report.effects.length && <Empty>{t("trial.nothing")}</Empty>}
      <Effects effects={report.effects} names={names} />
      {members.length > 0 && <Members members={members} names={names} notListed={losing + gaining - listed} />}
      {rules.length > 0 && (
        <details open={now !== draft}>
          <summary>{t("trial.by_rule")}</summary>
          <Compared
            caption={t("trial.by_rule")}
            what={t("trial.rule")}
            rows={rules.map((rule) => ({ name: rule, now: points.now[rule] ?? 0, draft: points.draft[rule] ?? 0 }))}
          />
        </details>
      )}
      {report.not_paid.length > 0 && (
        <details>
          <summary>{t("trial.not_paid")}</summary>
          <Compared
            caption={t("trial.not_paid")}
            what={t("trial.reason")}
            rows={report.not_paid.map(({ reason, now, draft }) => ({ name: said(reason), now, draft }))}
          />
        </details>
      )}
      {report.over_cap.length > 0 && (
        <p class="notice warn small">
          {t("trial.over_cap", { count: report.over_cap.length })} {report.over_cap.map((day) => date(day)).join(", ")}
        </p>
      )}
      {report.never_paid.length > 0 && (
        <details>
          <summary>{t("trial.never_paid", { count: report.never_paid.length })}</summary>
          <ul class="small">
            {report.never_paid.map((rule) => (
              <li key={rule}>
                <code>{rule}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Effects({ effects, names }: { effects: readonly EffectSummary[]; names: Readonly<Record<string, string>> }) {
  if (!effects.length) return null;
  return (
    <div class="stack">
      <h4>{t("trial.at_once")}</h4>
      <ul class="problems">
        {effects.map(({ kind, what, members, examples }) => (
          <li key={`${kind} ${said(what)}`} class={kind === "gains" ? "good" : kind === "stuck" ? "warning" : ""}>
            <p>
              <strong>{t(`effect.${kind}`, { count: members })}</strong> {said(what)}
            </p>
            <p class="small soft">
              {examples.map((member) => names[member] ?? member).join(", ")}
              {members > examples.length && ", …"}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

const FEW = 10;

interface MembersProps {
  readonly members: readonly ChangedMember[];
  readonly names: Readonly<Record<string, string>>;
  readonly notListed: number;
}

function Members({ members, names, notListed }: MembersProps) {
  const table = (shown: readonly ChangedMember[]) => (
    <Table
      caption={t("trial.members")}
      hideCaption
      rows={shown}
      columns={[
        { title: t("trial.member"), cell: ({ member }) => names[member] ?? member },
        { title: t("trial.now"), number: true, cell: ({ now }) => number(now) },
        { title: t("trial.draft"), number: true, cell: ({ draft }) => number(draft) },
        { title: t("trial.difference"), number: true, cell: (row) => <Difference {...row} /> },
        {
          title: t("trial.badges"),
          cell: ({ gained, lost }) => [...gained.map((key) => `+${key}`), ...lost.map((key) => `−${key}`)].join(", ") || "–",
        },
      ]}
    />
  );
  return (
    <div class="stack">
      <h4>{t("trial.members")}</h4>
      <p class="small soft">{t("trial.members_lead")}</p>
      {table(members.slice(0, FEW))}
      {members.length > FEW && (
        <details>
          <summary>{t("trial.more", { count: members.length - FEW })}</summary>
          {table(members.slice(FEW))}
        </details>
      )}
      {notListed > 0 && <p class="small soft">{t("trial.not_shown", { count: notListed })}</p>}
    </div>
  );
}

interface Row {
  readonly name: string;
  readonly now: number;
  readonly draft: number;
}

function Compared({ caption, what, rows }: { caption: string; what: string; rows: readonly Row[] }) {
  return (
    <Table
      caption={caption}
      hideCaption
      rows={rows}
      columns={[
        { title: what, cell: ({ name }) => name },
        { title: t("trial.now"), number: true, cell: ({ now }) => number(now) },
        { title: t("trial.draft"), number: true, cell: ({ draft }) => number(draft) },
        { title: t("trial.difference"), number: true, cell: (row) => <Difference {...row} /> },
      ]}
    />
  );
}

function Difference({ now, draft }: { now: number; draft: number }) {
  const by = draft - now;
  if (!by) return <span class="soft">0</span>;
  return <span class={by < 0 ? "less" : "more"}>{`${by < 0 ? "−" : "+"}${number(Math.abs(by))}`}</span>;
}

function sum(points: Readonly<Record<string, number>>): number {
  return Object.values(points).reduce((total, each) => total + each, 0);
}
