/** A member, for a talk with them: three things to talk about, their days against their targets, and the mix beside them. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { ListedMember, MemberDays, TalkingPoint } from "../api.ts";
import { identity } from "../auth.ts";
import { Columns } from "../charts/columns.tsx";
import { Steps } from "../charts/steps.tsx";
import { Challenges, MetricChart } from "../member/days.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Link } from "../router.tsx";
import { date, number, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

const SPANS = [28, 92] as const; // days; the API has no more at a time
const SERIES = 6; // colours of series

export function MemberPage({ member }: { member: string }) {
  const { program } = identity();
  const [days, setDays] = useState<number>(SPANS[0]);
  const loaded = useData(
    () =>
      Promise.all([
        ask("GET /programs/{program}/members/{member}", { program, member, days }),
        ask("GET /programs/{program}/members/{member}/talking-points", { program, member }),
      ]),
    [days],
  );
  const shown = loaded.data?.[0].member;
  return (
    <>
      <Link class="small back no-print" to={shown?.team ? `teams/${encodeURIComponent(shown.team)}` : "members"}>
        {shown?.team ? t("coaching.back", { team: shown.team }) : t("roster.back")}
      </Link>
      <Page title={shown?.name ?? t("coaching.title")} lead={shown ? described(shown) : "\u00a0"} loaded={loaded}>
        {([{ days: read }, { points }]) => (
          <>
            <div class="notice">
              <p>{t("coaching.purpose")}</p>
              <div class="row">
                <button type="button" onClick={() => print()}>
                  {t("coaching.print")}
                </button>
                {identity().roles.includes("admin") && <Link to={`people/${member}`}>{t("coaching.administer")}</Link>}
              </div>
            </div>
            <TalkingPoints points={points} />
            <section aria-label={t("coaching.days")}>
              <div class="row spread">
                <h2>{t("coaching.days")}</h2>
                <label class="row small no-print">
                  {t("coaching.span")}
                  <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
                    {SPANS.map((span) => (
                      <option key={span} value={span}>
                        {t("coaching.last", { days: span })}
                      </option>
                    ))}
                  </select>
                </label>
              </div>
              {read.days.length ? <Charts {...read} /> : <Empty>{t("coaching.no_days")}</Empty>}
            </section>
            {read.days.length > 0 && <Challenges {...read} />}
          </>
        )}
      </Page>
    </>
  );
}

function described({ team, channel, hired_on: hiredOn }: ListedMember): string {
  const since = hiredOn ? t("coaching.since", { day: hiredOn }) : "";
  return [team, channel, since].filter(Boolean).join(" · ");
}

function TalkingPoints({ points }: { points: readonly TalkingPoint[] }) {
  return (
    <Section title={t("coaching.points")} lead={t("coaching.points_lead")}>
      <ol class="points">
        {points.map(({ facts, question }) => (
          <li class="card" key={said(question)}>
            {facts.map((fact) => (
              <p key={said(fact)}>{said(fact)}</p>
            ))}
            <p class="ask">{said(question)}</p>
            <div class="notes" aria-hidden="true" />
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** Values against targets, and beside them the mix of contacts, which may explain them, and the tiers. */
function Charts(days: MemberDays) {
  const asked = new Set(days.categories.map(({ metric }) => metric));
  return (
    <div class="beside">
      <div class="stack wide">
        {days.metrics
          .filter(({ key }) => asked.has(key))
          .map((metric) => (
            <MetricChart key={metric.key} metric={metric} {...days} />
          ))}
      </div>
      <div class="stack wide">
        <Mix {...days} />
        <TierHistory {...days} />
      </div>
    </div>
  );
}

function Mix({ days }: MemberDays) {
  const types = [...new Set(days.flatMap(({ mix = {} }) => Object.keys(mix)))];
  const worked = days.filter(({ mix = {} }) => Object.keys(mix).length);
  if (!worked.length) return null;
  const contacts = worked.flatMap(({ mix = {} }) => Object.values(mix)).reduce((sum, each) => sum + each, 0);
  return (
    <Columns
      title={t("coaching.mix")}
      summary={t("coaching.mix_summary", { contacts, days: worked.length, types: types.join(", ") })}
      labels={worked.map(({ day }) => date(day, "tiny"))}
      series={types.map((label, index) => ({
        label,
        mark: `f-${(index % SERIES) + 1}`,
        values: worked.map(({ mix = {} }) => mix[label] ?? 0),
      }))}
    />
  );
}

function TierHistory({ metrics, categories, days }: MemberDays) {
  return (
    <section aria-label={t("coaching.tiers")} class="stack wide">
      <div class="stack">
        <h3>{t("coaching.tiers")}</h3>
        <p class="small soft">{t("coaching.tiers_lead")}</p>
      </div>
      {categories.map(({ key, metric, challenges }) => {
        const tiers = days.flatMap(({ day, categories: asked = [] }) =>
          asked.filter(({ category }) => category === key).map(({ tier }) => ({ day, tier })),
        );
        const last = tiers.at(-1);
        if (!last) return null;
        const named = metrics.find((each) => each.key === metric)?.name ?? key;
        const title = `${sentence(named)}: ${challenges[last.tier - 1] ?? key}`;
        return <Steps key={key} title={title} summary={moved(tiers)} days={tiers} />;
      })}
    </section>
  );
}

/** Say the tier of the last day, and each change before it. */
function moved(tiers: readonly { day: string; tier: number }[]): string {
  const changes = tiers.flatMap(({ day, tier }, index) => {
    const before = tiers[index - 1]?.tier ?? tier;
    return before === tier ? [] : [t("coaching.moved", { day, before, after: tier })];
  });
  return [t("coaching.tier_now", { tier: number(tiers.at(-1)?.tier ?? 0) }), ...changes].join(" ");
}
