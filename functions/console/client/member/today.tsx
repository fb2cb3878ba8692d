/** Today: the challenges, how far the member is, and what can still be earned. */
import { ask } from "../api.ts";
import type {
  Challenges,
  DailyChallenge,
  PointsCalendar,
  Progress,
  QualityToday,
  StreakNow,
  TeamGoal,
  ValueSoFar,
} from "../api.ts";
import { Meter } from "../parts/meter.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said, Sentences } from "../parts/say.tsx";
import { Tier, Tile } from "../parts/tile.tsx";
import { Link } from "../router.tsx";
import { date, number, quantity, sentence, t, time } from "../texts.ts";
import { useData } from "../use_data.ts";
import { loadCalendar, StreakCalendar } from "./calendar.tsx";
import { Confirmations } from "./confirmations.tsx";
import { LastDay } from "./days.tsx";

const NOT_READ = "challenges.so_far_not_read"; // by this program: then there is nothing to say
const RECENT = 7; // days, among which is the last one that was worked

export function Today() {
  const loaded = useData(() =>
    Promise.all([
      ask("GET /members/me/progress", {}),
      ask("GET /members/me/days", { days: RECENT }),
      loadCalendar(),
      ask("GET /members/me/confirmations", {}),
    ]),
  );
  return (
    <Page title={t("today.title")} lead={loaded.data ? lead(loaded.data[0]) : "\u00a0"} loaded={loaded}>
      {([progress, days, calendar, waiting]) => (
        <>
          {progress.notice && <p class="notice warn">{said(progress.notice)}</p>}
          {progress.challenges.state !== "none" && <TodaysChallenges {...progress.challenges} />}
          <LastDay days={days} today={progress.today.date} />
          <Confirmations waiting={waiting} reload={loaded.reload} />
          <Standing progress={progress} />
          {progress.team.length > 0 && <Team goals={progress.team} />}
          <Streaks streaks={progress.milestones.streaks} calendar={calendar} />
          <Earnable progress={progress} />
        </>
      )}
    </Page>
  );
}

function lead({ today, program }: Progress): string {
  return `${sentence(date(today.date, "day"))} · ${program}`;
}

function TodaysChallenges({ state, challenges = [], dropped = [], not_counted: notCounted = [] }: Challenges) {
  return (
    <section aria-label={t("today.challenges")}>
      <h2>{t("today.challenges")}</h2>
      {state === "not_ready" && <Empty>{t("today.not_ready")}</Empty>}
      {state === "ready" && !challenges.length && <Empty>{t("today.no_challenge")}</Empty>}
      <div class="grid">
        {challenges.map((challenge) => (
          <Challenge key={challenge.category} {...challenge} />
        ))}
      </div>
      <Sentences messages={[...dropped, ...notCounted]} />
    </section>
  );
}

function Challenge(challenge: DailyChallenge) {
  const { name, description, tier, points, metric, unit, target, explanation, so_far: soFar, quality } = challenge;
  return (
    <article class="card">
      <div class="row spread">
        <h3>{name}</h3>
        <Tier tier={tier} label={t("common.tier", { tier })} />
      </div>
      <p class="row">
        <span class="target">{quantity(target, unit)}</span>
        <span class="soft small">{metric}</span>
      </p>
      <p>{description}</p>
      <p class="soft">{t("today.worth", { points })}</p>
      {soFar && soFar.note.code !== NOT_READ && <SoFar soFar={soFar} unit={unit} quality={quality} />}
      <details>
        <summary>{t("today.why_target")}</summary>
        <Sentences messages={explanation} />
      </details>
    </article>
  );
}

/** The member's own value so far, plainly: no bar, no distance, and quality beside speed. Nothing asks to hurry. */
function SoFar({ soFar, unit, quality }: { soFar: ValueSoFar; unit: string; quality: QualityToday | null | undefined }) {
  return (
    <div class="small">
      <p>{valueSoFar(t("today.so_far"), soFar, unit)}</p>
      {quality && (
        <>
          <p>{valueSoFar(sentence(quality.metric), quality.so_far, quality.unit)}</p>
          <p class="soft">{said(quality.needed)}</p>
        </>
      )}
    </div>
  );
}

function valueSoFar(label: string, { value, contacts, measured_at: measuredAt, note }: ValueSoFar, unit: string): string {
  if (value === null || value === undefined) return t("today.so_far_none", { label, note: said(note) });
  const at = measuredAt ? time(measuredAt) : "";
  return t("today.so_far_value", { label, value: quantity(value, unit), contacts: contacts ?? 0, at, note: said(note) });
}

function Standing({ progress: { points, milestones } }: { progress: Progress }) {
  const { level, next, carried_over: carried } = milestones;
  return (
    <Section title={t("today.standing")}>
      <div class="tiles">
        <Tile value={number(points.spendable)} label={t("today.to_spend")} />
        {points.pending > 0 && <Tile value={number(points.pending)} label={t("today.pending")} />}
        <Tile value={number(points.earned)} label={t("today.earned")} />
        {level && <Tile value={level.name} label={t("today.level", { number: level.number })} />}
      </div>
      {level?.next && (
        <Meter
          label={t("today.to_level", { name: level.next.name, missing: level.next.missing })}
          have={points.earned}
          needed={level.next.points}
        />
      )}
      {carried.length > 0 && (
        <div class="stack">
          <h3>{t("today.carried")}</h3>
          <p class="small soft">{t("today.carried_lead")}</p>
          <ul class="small">
            {carried.map(({ key, name, points, paused }) => (
              <li key={key}>{t(paused ? "today.carried_paused" : "today.carried_one", { name: said(name), points })}</li>
            ))}
          </ul>
        </div>
      )}
      {next.length > 1 && (
        <details>
          <summary>{t("today.next")}</summary>
          <Sentences messages={next.slice(level?.next ? 1 : 0)} />
        </details>
      )}
    </Section>
  );
}

function Streaks({ streaks, calendar }: { streaks: readonly StreakNow[]; calendar: PointsCalendar }) {
  if (!streaks.length) return null;
  return (
    <Section title={t("today.streaks")}>
      <div class="grid">
        {streaks.map(({ key, name, every, current, best, counted, next }) => (
          <article class="card" key={key}>
            <h3>{sentence(name)}</h3>
            {next ? (
              <Meter label={t("streak.next", { points: next.points })} have={current} needed={next.length} />
            ) : (
              <p class="figure">{t("streak.current", { current, every })}</p>
            )}
            <p class="soft small">
              {t("streak.best", { best, every })} {t(counted ? "streak.counted" : "streak.open", { every })}
            </p>
            <StreakCalendar streak={{ key, name, every }} calendar={calendar} />
          </article>
        ))}
      </div>
    </Section>
  );
}

function Team({ goals }: { goals: readonly TeamGoal[] }) {
  return (
    <Section title={t("team.title")} lead={t("team.lead")}>
      <div class="grid">
        {goals.map(({ key, name, every, since, target, total, mine, floor, enough_have_floor: enough }) => (
          <article class="card" key={key}>
            <h3>{sentence(name)}</h3>
            {total === null ? (
              <p class="soft">{t("team.too_few")}</p>
            ) : (
              <Meter label={t("team.together", { every })} have={total} needed={target} />
            )}
            <p class="soft small">
              {t("team.mine", { mine })} {floor > 0 && t("team.floor", { floor })}{" "}
              {enough !== null && floor > 0 && t(enough ? "team.enough" : "team.not_enough")}{" "}
              {t("team.since", { since })}
            </p>
          </article>
        ))}
      </div>
    </Section>
  );
}

function Earnable({ progress: { today } }: { progress: Progress }) {
  const { left, limits, by_rule: rules } = today;
  const open = rules.filter(({ why_not: whyNot }) => !whyNot);
  const closed = rules.filter(({ why_not: whyNot }) => whyNot);
  return (
    <Section
      title={t("earn.title")}
      lead={left === null ? t("earn.no_limit") : left > 0 ? t("earn.left", { left }) : t("earn.nothing_left")}
    >
      <div class="stack">
        {limits
          .filter(({ kind }) => kind !== "program")
          .map(({ kind, used, most, message }) => (
            <Meter key={kind} label={said(message)} have={used} needed={most} />
          ))}
      </div>
      <div class="grid">
        {open.map(({ rule, name, points, how }) => (
          <article class="card quiet" key={rule}>
            <div class="row spread">
              <h3>{sentence(name)}</h3>
              {points !== null && <span class="chip good">{t("common.plus", { points })}</span>}
            </div>
            <Sentences messages={how} />
          </article>
        ))}
      </div>
      {closed.length > 0 && (
        <details>
          <summary>{t("earn.closed", { count: closed.length })}</summary>
          <ul class="small">
            {closed.map(({ rule, name, why_not: whyNot }) => (
              <li key={rule}>
                <strong>{sentence(name)}</strong>: {whyNot && said(whyNot)}
              </li>
            ))}
          </ul>
        </details>
      )}
      <p>
        <Link to="how">{t("earn.how")}</Link>
      </p>
    </Section>
  );
}
