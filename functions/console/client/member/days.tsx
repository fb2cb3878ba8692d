/** My days: what was measured against what was asked, and why each challenge paid or did not. */
import { ask } from "../api.ts";
import type { CategoryDay, MemberDay, MemberDays, ShownMetric } from "../api.ts";
import { Lines } from "../charts/lines.tsx";
import type { Day } from "../charts/lines.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { Tier } from "../parts/tile.tsx";
import { Link } from "../router.tsx";
import { date, quantity, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

const SHOWN = 28; // four weeks
type Outcome = NonNullable<CategoryDay["outcome"]>;
const MET: ReadonlySet<Outcome> = new Set<Outcome>(["completed", "provisional", "gate failed", "unproven"]);

export function Days() {
  const loaded = useData(() => ask("GET /members/me/days", { days: SHOWN }));
  return (
    <Page title={t("days.title")} lead={t("days.lead", { days: SHOWN })} loaded={loaded}>
      {(days) =>
        days.days.length ? (
          <>
            <Challenges {...days} />
            {days.metrics.map((metric) => (
              <MetricChart key={metric.key} metric={metric} {...days} />
            ))}
          </>
        ) : (
          <Empty>{t("days.empty")}</Empty>
        )
      }
    </Page>
  );
}

/** A metric's values, with the target that was asked on it, if any. */
export function MetricChart({ metric, categories, days }: { metric: ShownMetric } & Pick<MemberDays, "categories" | "days">) {
  const drawn = days.map((day) => dayOf(day, metric, categories));
  const values = drawn.map(({ value }) => value).filter((value) => value !== null);
  const last = values.at(-1);
  const title = `${sentence(metric.name)} (${t(`direction.${metric.direction}`)})`;
  if (last === undefined) return null;
  const summary = t("days.metric_summary", { days: values.length, value: quantity(last, metric.unit) });
  return (
    <section aria-label={title}>
      <Lines title={title} summary={summary} unit={metric.unit} days={drawn} />
    </section>
  );
}

function dayOf({ day, metrics = [], categories: asked = [] }: MemberDay, metric: ShownMetric, categories: MemberDays["categories"]): Day {
  const ofMetric = new Set(categories.filter((category) => category.metric === metric.key).map(({ key }) => key));
  const played = asked.find(({ category, played }) => played !== null && ofMetric.has(category));
  const outcome = played?.outcome ?? null;
  const counted = outcome !== null && (MET.has(outcome) || outcome === "missed");
  return {
    day,
    value: metrics.find(({ metric: key }) => key === metric.key)?.value ?? null,
    target: played?.target ?? null,
    met: counted ? MET.has(outcome) : null,
  };
}

interface PlayedDay extends CategoryDay {
  readonly day: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
}

/** Return each day's challenges, the newest first: what was asked, what was measured, and what came of it. */
function playedDays({ metrics, categories, days }: MemberDays): readonly PlayedDay[] {
  return days
    .toReversed()
    .flatMap(({ day, metrics: measured = [], categories: asked = [] }): PlayedDay[] =>
      asked
        .filter(({ played }) => played !== null)
        .map((asked) => {
          const category = categories.find(({ key }) => key === asked.category);
          const metric = metrics.find(({ key }) => key === category?.metric);
          return {
            ...asked,
            day,
            name: category?.challenges[(asked.played ?? 1) - 1] ?? asked.category,
            unit: metric?.unit ?? "",
            value: measured.find(({ metric: key }) => key === metric?.key)?.value ?? null,
          };
        }),
    );
}

/** The challenges of the last day before today, and why each paid or did not. Nothing where there were none. */
export function LastDay({ days, today }: { days: MemberDays; today: string }) {
  const before = playedDays(days).filter(({ day }) => day < today);
  const last = before.filter(({ day }) => day === before[0]?.day);
  if (!before[0]) return null;
  return (
    <Section title={t("today.last", { day: before[0].day })}>
      <div class="grid">
        {last.map(({ category, name, unit, value, target, outcome }) => (
          <article class="card quiet" key={category}>
            <h3>{name}</h3>
            <p>{outcome ? t(`outcome.${named(outcome)}`) : t("outcome.open")}</p>
            {target !== null && (
              <p class="small soft">
                {value === null
                  ? t("days.asked_only", { target: quantity(target, unit) })
                  : t("days.asked", { value: quantity(value, unit), target: quantity(target, unit) })}
              </p>
            )}
          </article>
        ))}
      </div>
      <p>
        <Link to="days">{t("today.all_days")}</Link>
      </p>
    </Section>
  );
}

export function Challenges(days: MemberDays) {
  const rows = playedDays(days);
  return (
    <Section title={t("days.table")} lead={t("days.table_lead")}>
      {!rows.length && <Empty>{t("days.no_challenge")}</Empty>}
      {rows.length > 0 && (
        <Table
          caption={t("days.table")}
          hideCaption
          rows={rows}
          columns={[
            { title: t("chart.day"), cell: ({ day }) => date(day, "dated") },
            { title: t("days.challenge"), cell: ({ name }) => name },
            { title: t("days.tier"), cell: ({ played }) => <Tier tier={played ?? 0} label={String(played)} /> },
            { title: t("chart.target"), number: true, cell: ({ target, unit }) => (target === null ? "–" : quantity(target, unit)) },
            { title: t("chart.value"), number: true, cell: ({ value, unit }) => (value === null ? "–" : quantity(value, unit)) },
            { title: t("chart.outcome"), cell: ({ outcome }) => (outcome ? t(`outcome.${named(outcome)}`) : t("outcome.open")) },
          ]}
        />
      )}
    </Section>
  );
}

/** Return the name of an outcome's text. */
function named<O extends Outcome>(outcome: O): Named<O> {
  return outcome.replaceAll(" ", "_") as Named<O>;
}
type Named<O extends string> = O extends `${infer First} ${infer Rest}` ? `${First}_${Named<Rest>}` : O;
