/** The nights: who is in which tier, how often challenges are met, with which targets, and what a cap has changed. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { ByTier, Completions, Night } from "../api.ts";
import { identity } from "../auth.ts";
import { Columns } from "../charts/columns.tsx";
import { Intervals } from "../charts/intervals.tsx";
import { TierLines } from "../charts/tier_lines.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { Reason } from "../parts/reason.tsx";
import { said, Sentences } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Tier } from "../parts/tile.tsx";
import { Link } from "../router.tsx";
import { date, number, quantity, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

const SHOWN = 28; // days
const SCHEDULE = "the schedule"; // who starts a night that nobody asked for, as the API has it
const TIERS = [1, 2, 3] as const;
type Names = ReadonlyMap<string, string>; // of categories

export function Nights() {
  const program = identity().program;
  const loaded = useData(() =>
    Promise.all([
      ask("GET /programs/{program}/nights", { program, days: SHOWN }),
      ask("GET /programs/{program}/completion", { program, days: SHOWN }),
    ]),
  );
  return (
    <Page title={t("nights.title")} lead={t("nights.lead", { days: SHOWN })} loaded={loaded}>
      {([{ nights }, completions]) => {
        const names = namesOf(nights);
        if (!nights.length) return <Empty>{t("nights.none")}</Empty>;
        return (
          <>
            <Completion {...completions} names={names} />
            <TiersOverTime {...completions} names={names} />
            <TargetsOverTime nights={nights} names={names} />
            <Section title={t("nights.each")}>
              {identity().roles.includes("admin") && <RotateAgain night={nights[0]} onStarted={loaded.reload} />}
              {nights.map((night, index) => (
                <NightCard key={`${night.date} ${night.revision}`} night={night} open={index === 0} names={names} />
              ))}
            </Section>
          </>
        );
      }}
    </Page>
  );
}

/** Return a name for each category: that of its middle challenge, which people know. */
function namesOf(nights: readonly Night[]): Names {
  return new Map(nights.flatMap(({ categories }) => categories.map(({ category, challenges }) => [category, challenges[1] ?? category])));
}

function Completion({ rates, names }: Completions & { names: Names }) {
  const decided = rates.filter((rate) => rate.decided > 0);
  return (
    <Section title={t("nights.completion")} lead={t("nights.completion_lead")}>
      {!decided.length && <Empty>{t("nights.nothing_decided")}</Empty>}
      {decided.length > 0 && (
        <Intervals
          title={t("nights.completion_chart")}
          summary={t("nights.completion_summary", {
            decided: decided.reduce((sum, rate) => sum + rate.decided, 0),
            completed: decided.reduce((sum, rate) => sum + rate.completed, 0),
          })}
          shares={decided.map(({ category, tier, decided, completed }) => ({
            label: `${named(category, names)}, ${t("common.tier", { tier })} (${number(completed)}/${number(decided)})`,
            mark: `f-tier${tier}`,
            share: completed / decided,
            low: null,
            high: null,
          }))}
        />
      )}
    </Section>
  );
}

function TiersOverTime({ days, rates, names }: Completions & { names: Names }) {
  const categories = [...new Set(rates.map(({ category }) => category))];
  return (
    <Section title={t("nights.tiers")} lead={t("nights.tiers_lead")}>
      <div class="grid wide">
        {categories.map((category) => {
          const count = (index: number, tier: number) =>
            days[index]?.counts.find((each) => each.category === category && each.tier === tier)?.members ?? 0;
          return (
            <Columns
              key={category}
              title={named(category, names)}
              summary={t("nights.tiers_summary", {
                days: days.length,
                one: count(days.length - 1, 1),
                two: count(days.length - 1, 2),
                three: count(days.length - 1, 3),
              })}
              labels={days.map(({ day }) => date(day, "tiny"))}
              height={180}
              series={TIERS.map((tier) => ({
                label: t("common.tier", { tier }),
                mark: `f-tier${tier}`,
                values: days.map((_, index) => count(index, tier)),
              }))}
            />
          );
        })}
      </div>
    </Section>
  );
}

/** The targets of each category on the nights that it ran, as its tiers were shown them. */
function TargetsOverTime({ nights: all, names }: { nights: readonly Night[]; names: Names }) {
  const live = all.filter(({ state }) => state === "live").toReversed();
  const ran = live.flatMap(({ categories }) => categories);
  const categories = [...new Map(ran.map((each) => [each.category, each])).values()]; // as each was last
  if (!ran.length) return null;
  return (
    <Section title={t("nights.targets_over_time")} lead={t("nights.targets_lead")}>
      <div class="grid wide">
        {categories.map(({ category, metric, unit, direction, targets: [one, two, three] }) => {
          const days = live.map(({ date: day, categories: selected }) => ({
            day,
            values: selected.find((each) => each.category === category)?.targets ?? null,
          }));
          const nights = days.filter(({ values }) => values).length;
          return (
            <TierLines
              key={category}
              title={`${named(category, names)}: ${metric}${unit && ` (${unit})`}, ${t(`direction.${direction}`)}`}
              summary={t("nights.targets_summary", { nights, one, two, three })}
              unit={unit}
              days={days}
            />
          );
        })}
      </div>
    </Section>
  );
}

const MARKS: Readonly<Record<Night["state"], string>> = { live: "chip good", running: "chip", superseded: "chip", failed: "chip bad" };

function NightCard({ night, open, names }: { night: Night; open: boolean; names: Names }) {
  const changed = (counts: ByTier) => counts.some((count) => count > 0);
  const rows = night.categories.flatMap((category) =>
    category.challenges.map((challenge, index) => ({
      challenge,
      tier: index + 1,
      metric: category.metric,
      unit: category.unit,
      target: category.targets[index] ?? 0,
      likely: category.likely?.[index] ?? null,
    })),
  );
  return (
    <details class="card night" open={open}>
      <summary>
        <span class="row">
          <strong>{sentence(date(night.date, "day"))}</strong>
          <span class={MARKS[night.state]}>{t(`night.${night.state}`)}</span>
          {night.revision > 1 && <span class="chip">{t("nights.revision", { revision: night.revision })}</span>}
          {changed(night.lowered) && <span class="chip warn">{t("nights.lowered_chip")}</span>}
          {changed(night.dropped) && <span class="chip warn">{t("nights.dropped_chip")}</span>}
        </span>
      </summary>
      <div class="stack">
        <p class="small soft">
          {night.by === SCHEDULE
            ? t("nights.scheduled", { version: night.program_version })
            : t("nights.started", { by: night.by_name ?? night.by, version: night.program_version })} {night.reason}
        </p>
        {night.failed && <p class="notice bad small">{night.failed}</p>}
        <Sentences messages={night.warnings} />
        {rows.length > 0 && (
          <Table
            caption={t("nights.targets")}
            hideCaption
            rows={rows}
            columns={[
              { title: t("nights.challenge"), cell: ({ challenge }) => challenge },
              { title: t("nights.tier"), cell: ({ tier }) => <Tier tier={tier} label={String(tier)} /> },
              { title: t("nights.metric"), cell: ({ metric }) => sentence(metric) },
              { title: t("chart.target"), number: true, cell: ({ target, unit }) => quantity(target, unit) },
              {
                title: t("nights.likely"),
                number: true,
                cell: ({ likely }) => (likely === null ? "–" : `${number(Math.round(likely * 100))}\u00a0%`),
              },
            ]}
          />
        )}
        {changed(night.lowered) && <p class="small">{t("nights.lowered", { one: night.lowered[0], two: night.lowered[1], three: night.lowered[2] })}</p>}
        {changed(night.dropped) && <p class="small">{t("nights.dropped", { one: night.dropped[0], two: night.dropped[1], three: night.dropped[2] })}</p>}
        {Object.keys(night.resting).length > 0 && (
          <ul class="small">
            {Object.entries(night.resting).map(([category, why]) => (
              <li key={category}>
                {named(category, names)}: {said(why)}
              </li>
            ))}
          </ul>
        )}
        {night.used && (
          <p class="small soft">
            {t("nights.used", {
              writes: night.used.write_units,
              reads: night.used.read_units,
              calls: night.used.platform_calls,
              metrics: night.used.metric_calls,
              tokens: night.model_tokens,
            })}
          </p>
        )}
        {identity().roles.includes("admin") && (
          <p class="small">
            <Link to={`audit/night/${night.date}`}>{t("nights.audit")}</Link>
          </p>
        )}
        {night.members_left_out + night.members_refused + night.group_mismatches > 0 && (
          <p class="small soft">
            {t("nights.counted", {
              left_out: night.members_left_out,
              refused: night.members_refused,
              mismatches: night.group_mismatches,
            })}
          </p>
        )}
      </div>
    </details>
  );
}

function RotateAgain({ night, onStarted }: { night: Night | undefined; onStarted: () => Promise<void> }) {
  const [asked, setAsked] = useState<string | null>(null); // the request's id: confirmed twice, it is still one
  const [reason, setReason] = useState("");
  const [started, setStarted] = useState(false);
  if (!night) return null;
  const start = async () => {
    const program = identity().program;
    await ask("POST /admin/programs/{program}/rotations", { program }, { request: asked ?? "", date: night.date, reason });
    setStarted(true);
    await onStarted();
  };
  return (
    <div class="stack">
      <div class="row">
        <button type="button" onClick={() => setAsked(crypto.randomUUID())}>
          {t("nights.again")}
        </button>
      </div>
      {started && (
        <p class="notice" role="status">
          {t("nights.again_started")}
        </p>
      )}
      {asked && (
        <Dialog
          title={t("nights.again_title", { day: night.date })}
          confirm={t("nights.again")}
          danger
          onClose={() => setAsked(null)}
          onConfirm={start}
        >
          <p class="soft">{t("nights.again_lead")}</p>
          <Reason value={reason} onInput={setReason} />
        </Dialog>
      )}
    </div>
  );
}

function named(category: string, names: Names): string {
  return names.get(category) ?? category;
}
