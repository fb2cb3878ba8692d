/** How my score comes about: the rules of the program on one page that can be printed. */
import { ask } from "../api.ts";
import type { Progress, RulesInWords } from "../api.ts";
import { Page, Section } from "../parts/page.tsx";
import { said, Sentences } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { number, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

export function How() {
  const loaded = useData(() => Promise.all([ask("GET /members/me/progress", {}), ask("GET /members/me/rules", {})]));
  return (
    <Page title={t("how.title")} lead={t("how.lead")} loaded={loaded}>
      {([progress, rules]) => (
        <>
          <div class="row">
            <button type="button" onClick={() => print()}>
              {t("how.print")}
            </button>
          </div>
          {rules.categories.length > 0 && <Nightly {...rules} />}
          <Rules progress={progress} />
          <Limits progress={progress} />
          <Section title={t("how.fairness")}>
            <ul>
              <li>{t("how.private")}</li>
              <li>{t("how.people")}</li>
              <li>{t("how.dispute")}</li>
              <li>{t("how.late")}</li>
            </ul>
          </Section>
        </>
      )}
    </Page>
  );
}

/** What holds for every night's challenges, in the program's own numbers. */
function Nightly({ tiers, categories }: RulesInWords) {
  return (
    <Section title={t("how.challenges")}>
      <ul>
        <li>{t("how.tiers")}</li>
        {tiers.map((message) => (
          <li key={said(message)}>{said(message)}</li>
        ))}
        <li>{t("how.targets")}</li>
        <li>{t("how.quality")}</li>
      </ul>
      <div class="grid">
        {categories.map(({ category, names, metric, points, said: sentences }) => (
          <article class="card" key={category}>
            <h3>{names.join(" · ")}</h3>
            <p class="small soft">
              {sentence(metric)}: {t("how.points_each")} {points.map(number).join(" / ")}
            </p>
            <Sentences messages={sentences} />
          </article>
        ))}
      </div>
    </Section>
  );
}

function Rules({ progress }: { progress: Progress }) {
  const { by_rule: rules } = progress.today;
  if (!rules.length) return null;
  return (
    <Section title={t("how.rules")}>
      <Table
        caption={t("how.rules")}
        hideCaption
        rows={rules}
        columns={[
          { title: t("ledger.rule"), cell: ({ name, how }) => (
            <>
              {sentence(name)}
              <Sentences messages={how} />
            </>
          ) },
          { title: t("how.points"), number: true, cell: ({ points }) => (points === null ? t("how.by_source") : number(points)) },
        ]}
      />
    </Section>
  );
}

function Limits({ progress }: { progress: Progress }) {
  const { limits } = progress.today;
  if (!limits.length) return null;
  return (
    <Section title={t("how.limits")} lead={t("how.limits_lead")}>
      <ul>
        {limits.map(({ kind, most }) => (
          <li key={kind}>{t(`limit.${kind}`, { most })}</li>
        ))}
      </ul>
    </Section>
  );
}
