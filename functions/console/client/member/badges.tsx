/** Badges with their criteria and how far each is, paths and what opens with them. */
import { ask } from "../api.ts";
import type { BadgeNow, MemberProgress, Need } from "../api.ts";
import { Meter } from "../parts/meter.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { TakeAlong } from "./take_along.tsx";
import { Verdicts } from "./verdicts.tsx";

export function Badges() {
  const loaded = useData(() =>
    Promise.all([ask("GET /members/me/progress", {}), ask("GET /members/me/verdicts", {}), ask("GET /members/me", {})]),
  );
  return (
    <Page title={t("badges.title")} lead={t("badges.lead")} loaded={loaded}>
      {([{ milestones }, { verdicts }, { features }]) => (
        <>
          <Milestones {...milestones} canBeTaken={features.credentials} />
          {milestones.badges.length > 0 && <Verdicts verdicts={verdicts} reload={loaded.reload} />}
        </>
      )}
    </Page>
  );
}

function Milestones({ badges, paths, unlocks, canBeTaken }: MemberProgress & { canBeTaken: boolean }) {
  const reached = badges.filter((badge) => badge.reached_on);
  const ahead = badges.filter((badge) => !badge.reached_on);
  return (
    <>
      <Section title={t("badges.reached")}>
        {!reached.length && <Empty>{t("badges.none")}</Empty>}
        <BadgeCards badges={reached} canBeTaken={canBeTaken} />
      </Section>
      {ahead.length > 0 && (
        <Section title={t("badges.ahead")}>
          <BadgeCards badges={ahead} />
        </Section>
      )}
      {paths.length > 0 && (
        <Section title={t("badges.paths")}>
          <div class="grid">
            {paths.map(({ key, name, points, done, steps }) => (
              <article class="card" key={key}>
                <div class="row spread">
                  <h3>{sentence(name)}</h3>
                  <span class={done ? "chip good" : "chip"}>
                    {done ? t("badges.finished") : t("common.plus", { points })}
                  </span>
                </div>
                <ol>
                  {steps.map((step) => (
                    <li key={step.key}>
                      {sentence(step.name)} <span class="soft small">{t(`step.${step.state}`)}</span>
                    </li>
                  ))}
                </ol>
              </article>
            ))}
          </div>
        </Section>
      )}
      {unlocks.length > 0 && (
        <Section title={t("badges.unlocks")}>
          <div class="grid">
            {unlocks.map(({ key, name, open, needs }) => (
              <article class="card" key={key}>
                <div class="row spread">
                  <h3>{sentence(name)}</h3>
                  {open && <span class="chip good">{t("badges.open")}</span>}
                </div>
                {!open && <Needs needs={needs} />}
              </article>
            ))}
          </div>
        </Section>
      )}
    </>
  );
}

function BadgeCards({ badges, canBeTaken = false }: { badges: readonly BadgeNow[]; canBeTaken?: boolean }) {
  return (
    <div class="grid">
      {badges.map(({ key, name, description, tier, reached_on: reachedOn, next }) => (
        <article class="card" key={key}>
          <div class="row spread">
            <h3>{sentence(name)}</h3>
            {tier && <span class="chip good">{tier}</span>}
          </div>
          {reachedOn && <p class="small soft">{t("badges.since", { day: reachedOn })}</p>}
          <p>{description}</p>
          {next && (
            <>
              <p class="small soft">{t("badges.next", { tier: next.name })}</p>
              <Needs needs={next.needs} />
            </>
          )}
          {canBeTaken && <TakeAlong badge={key} name={name} />}
          {!next && !reachedOn && <p class="small soft">{t("badges.judged")}</p>}
        </article>
      ))}
    </div>
  );
}

function Needs({ needs }: { needs: readonly Need[] }) {
  return (
    <div class="stack">
      {needs.map(({ what, have, needed }) => (
        <Meter key={said(what)} label={said(what)} have={have} needed={needed} />
      ))}
    </div>
  );
}
