/** My teams: those that I look after, and the page of each. */
import { ask } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { identity } from "../auth.ts";
import { Empty, Page } from "../parts/page.tsx";
import { Link, segment } from "../router.tsx";
import { t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { TeamPage } from "./team.tsx";

export function Teams({ rest }: PageProps) {
  return rest ? <TeamPage key={rest} team={segment(rest)} /> : <TeamList />;
}

function TeamList() {
  const { program } = identity();
  const loaded = useData(() => ask("GET /programs/{program}/teams", { program }));
  return (
    <Page title={t("teams.title")} lead={t("teams.lead")} loaded={loaded}>
      {({ teams }) =>
        teams.length ? (
          <section class="grid" aria-label={t("teams.title")}>
            {teams.map(({ team, members }) => (
              <Link key={team} class="card door" to={`teams/${encodeURIComponent(team)}`}>
                <strong>{team}</strong>
                <span class="soft small">{t("teams.members", { members })}</span>
              </Link>
            ))}
          </section>
        ) : (
          <Empty>{t("teams.none")}</Empty>
        )
      }
    </Page>
  );
}
