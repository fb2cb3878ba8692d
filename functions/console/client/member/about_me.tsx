/** About me: what I chose, and what is known about me. */
import { ask } from "../api.ts";
import type { KnownBy, OptInCategory } from "../api.ts";
import { Empty, Loading, Page, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

export function AboutMe() {
  const loaded = useData(() => ask("GET /members/me/progress", {}));
  const links = useData(() => ask("GET /members/me/links", {}));
  return (
    <Page title={t("me.title")} loaded={loaded}>
      {(progress) => (
        <>
          <Section title={t("me.taking_part")} lead={t("me.taking_part_lead")}>
            {!progress.participation.length && <Empty>{t("me.no_choice")}</Empty>}
            {progress.participation.map((category) => (
              <Participation
                key={category.category}
                category={category}
                onChosen={(chosen) =>
                  loaded.set({
                    ...progress,
                    participation: progress.participation.map((one) => (one.category === chosen.category ? chosen : one)),
                  })
                }
              />
            ))}
          </Section>
          <Section title={t("me.known")} lead={t("me.known_lead")}>
            <Loading loaded={links}>{({ links: known }) => <Links links={known} />}</Loading>
          </Section>
          <Section title={t("how.title")}>
            <p>
              <Link to="how">{t("earn.how")}</Link>
            </p>
          </Section>
        </>
      )}
    </Page>
  );
}

function Participation({ category, onChosen }: { category: OptInCategory; onChosen: (chosen: OptInCategory) => void }) {
  const choose = async (takesPart: boolean) => {
    const path = { category: category.category };
    onChosen(await ask("PUT /members/me/participation/{category}", path, { takes_part: takesPart }));
  };
  return (
    <div class="card">
      <label class="check">
        <input
          type="checkbox"
          checked={category.takes_part}
          onChange={(event) => void choose(event.currentTarget.checked)}
        />
        <span>
          {sentence(category.name)} <span class="soft">({category.metric})</span>
        </span>
      </label>
      <p class="small soft" role="status">
        {said(category.explanation)}
      </p>
    </div>
  );
}

function Links({ links }: { links: readonly KnownBy[] }) {
  return (
    <Table
      caption={t("me.links")}
      rows={links}
      columns={[
        { title: t("me.system"), cell: ({ source }) => (source === "login" ? t("me.login") : source) },
        { title: t("me.since"), cell: ({ since }) => (since ? date(since) : t("me.unknown_since")) },
        { title: t("me.until"), cell: ({ until }) => (until ? date(until) : t("me.still")) },
        { title: t("me.by"), cell: ({ by_hand: byHand }) => t(byHand ? "me.by_person" : "me.by_system") },
      ]}
    />
  );
}
