/** My teams: those that I look after, and the page of each. */
import { ask } from "../api.ts";
import type { WaitingItem } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { identity } from "../auth.ts";
import { Empty, Page, Section } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { Link, segment } from "../router.tsx";
import { date, t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { TeamPage } from "./team.tsx";

export function Teams({ rest }: PageProps) {
  return rest ? <TeamPage key={rest} team={segment(rest)} /> : <TeamList />;
}

function TeamList() {
  const { program } = identity();
  const loaded = useData(() =>
    Promise.all([ask("GET /programs/{program}/teams", { program }), ask("GET /programs/{program}/waiting", { program })]),
  );
  return (
    <Page title={t("teams.title")} lead={t("teams.lead")} loaded={loaded}>
      {([{ teams }, { items }]) =>
        teams.length ? (
          <>
            <section class="grid" aria-label={t("teams.teams")}>
              {teams.map(({ team, members }) => (
                <Link key={team} class="card door" to={`teams/${encodeURIComponent(team)}`}>
                  <strong>{team}</strong>
                  <span class="soft small">{t("teams.members", { members })}</span>
                </Link>
              ))}
            </section>
            <Waiting items={items} />
          </>
        ) : (
          <Empty>{t("teams.none")}</Empty>
        )
      }
    </Page>
  );
}

function Waiting({ items }: { items: readonly WaitingItem[] }) {
  return (
    <Section title={t("teams.waiting")} lead={items.length ? t("teams.waiting_lead") : undefined}>
      {!items.length && <Empty>{t("teams.nothing_waits")}</Empty>}
      {items.length > 0 && (
        <Table
          caption={t("teams.waiting")}
          hideCaption
          rows={items}
          columns={[
            { title: t("roster.name"), cell: ({ member }) => <Link to={`members/${member.member}`}>{member.name}</Link> },
            { title: t("teams.kind"), cell: ({ waiting }) => t(`review.${waiting.kind}`) },
            {
              title: t("teams.since"),
              cell: ({ waiting }) => (
                <span class="row">
                  {date(waiting.since, "short")}
                  {waiting.late && <span class="chip warn">{t("supervise.late")}</span>}
                </span>
              ),
            },
            { title: t("teams.next"), cell: ({ waiting }) => t(`turn.${waiting.next}`) },
          ]}
        />
      )}
    </Section>
  );
}
