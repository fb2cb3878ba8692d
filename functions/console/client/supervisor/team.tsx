/** A team: who may need help, what waits for a decision, what there is to recognise, and its goals. By name, never by rank. */
import { ask } from "../api.ts";
import type { Completions, Message, SupervisedGoal, Team, TeamMember } from "../api.ts";
import { identity } from "../auth.ts";
import { Meter } from "../parts/meter.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said, Sentences } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Tier } from "../parts/tile.tsx";
import { Link } from "../router.tsx";
import { date, number, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

const DAYS = 28; // four weeks of completion

export function TeamPage({ team }: { team: string }) {
  const { program } = identity();
  const loaded = useData(() =>
    Promise.all([
      ask("GET /programs/{program}/teams/{team}", { program, team }),
      ask("GET /programs/{program}/completion", { program, team, days: DAYS }),
    ]),
  );
  return (
    <>
      <Link class="small back" to="teams">
        {t("teams.back")}
      </Link>
      <Page title={team} lead={t("supervise.lead")} loaded={loaded}>
        {([shown, completion]) => (
          <>
            <Noted title={t("supervise.stuck")} none={t("supervise.nobody_stuck")} {...shown} of={({ stuck }) => stuck} />
            <Noted title={t("supervise.soon")} none={t("supervise.nothing_soon")} {...shown} of={({ soon }) => soon} />
            <Waiting {...shown} />
            {shown.goals.length > 0 && <Goals {...shown} />}
            <Completion {...completion} />
            <Everybody {...shown} />
          </>
        )}
      </Page>
    </>
  );
}

interface NotedProps extends Pick<Team, "members"> {
  readonly title: string;
  readonly none: string;
  readonly of: (member: TeamMember) => readonly Message[];
}

/** Members about whom there is something to say, each with it; `none`: what stands there where there is nobody. */
function Noted({ title, none, members, of }: NotedProps) {
  const noted = members.filter((member) => of(member).length);
  return (
    <Section title={title}>
      {noted.length ? (
        <div class="grid filled">
          {noted.map((each) => (
            <article class="card" key={each.member.member}>
              <h3>
                <Link to={`members/${each.member.member}`}>{each.member.name}</Link>
              </h3>
              <Sentences messages={of(each)} />
            </article>
          ))}
        </div>
      ) : (
        <Empty>{none}</Empty>
      )}
    </Section>
  );
}

function Waiting({ members }: Pick<Team, "members">) {
  const waiting = members.filter(({ waiting, waits }) => waiting || waits.length);
  return (
    <Section title={t("supervise.waiting")} lead={waiting.length ? t("supervise.waiting_lead") : undefined}>
      {waiting.length ? (
        <div class="grid filled">
          {waiting.map(({ member, waits }) => (
            <article class="card" key={member.member}>
              <h3>
                <Link to={`members/${member.member}`}>{member.name}</Link>
              </h3>
              {waits.map((item) => (
                <div class="stack" key={item.review}>
                  <p class="row">
                    <span class="chip">{t(`review.${item.kind}`)}</span>
                    {item.late && <span class="chip warn">{t("supervise.late")}</span>}
                    <span class="small soft">{t("supervise.since", { day: item.since })}</span>
                  </p>
                  <p class="small">{said(item.explanation)}</p>
                </div>
              ))}
              {!waits.length && <p class="small">{t("supervise.held")}</p>}
            </article>
          ))}
        </div>
      ) : (
        <Empty>{t("supervise.nothing_waits")}</Empty>
      )}
    </Section>
  );
}

function Goals({ goals }: { goals: readonly SupervisedGoal[] }) {
  return (
    <Section title={t("supervise.goals")}>
      <div class="grid">
        {goals.map(({ name, total, target, since }) => (
          <article class="card" key={name}>
            {total === null ? (
              <>
                <h3>{sentence(name)}</h3>
                <p class="soft">{t("supervise.too_few", { target })}</p>
              </>
            ) : (
              <Meter label={sentence(name)} have={total} needed={target} />
            )}
            <p class="soft small">{t("team.since", { since })}</p>
          </article>
        ))}
      </div>
    </Section>
  );
}

/** What the team met, by category and tier: counts, so that a share of few days is not taken for more than it is. */
function Completion({ metrics, categories, rates }: Completions) {
  const decided = rates.filter((rate) => rate.decided > 0);
  return (
    <Section title={t("supervise.completion")} lead={t("supervise.completion_lead", { days: DAYS })}>
      {!decided.length && <Empty>{t("supervise.nothing_decided")}</Empty>}
      <div class="grid">
        {categories
          .filter(({ key }) => decided.some(({ category }) => category === key))
          .map(({ key, metric, challenges }) => (
            <article class="card" key={key}>
              <h3>{sentence(metrics.find((each) => each.key === metric)?.name ?? key)}</h3>
              {decided
                .filter(({ category }) => category === key)
                .map(({ tier, completed, decided }) => (
                  <div class="tiered" key={tier}>
                    <Tier tier={tier} label={t("common.tier", { tier })} />
                    <Meter
                      label={challenges[tier - 1] ?? key}
                      have={completed}
                      needed={decided}
                      text={t("supervise.met_of", { completed, decided, share: number(Math.round((100 * completed) / decided)) })}
                    />
                  </div>
                ))}
            </article>
          ))}
      </div>
    </Section>
  );
}

function Everybody({ members }: Pick<Team, "members">) {
  return (
    <Section title={t("supervise.members")} lead={t("supervise.members_lead")}>
      <Table
        caption={t("supervise.members")}
        hideCaption
        rows={members}
        columns={[
          { title: t("roster.name"), cell: ({ member }) => <Link to={`members/${member.member}`}>{member.name}</Link> },
          { title: t("roster.user"), cell: ({ member }) => member.user },
          { title: t("roster.hired"), cell: ({ member }) => (member.hired_on ? date(member.hired_on, "short") : "–") },
        ]}
      />
    </Section>
  );
}
