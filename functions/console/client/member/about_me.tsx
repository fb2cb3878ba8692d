/** About me: what I chose, and what is known about me. */
import { useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { KnownBy, MemberProfile, Objection, OptInCategory } from "../api.ts";
import { Act } from "../parts/act.tsx";
import { download } from "../parts/download.ts";
import { Page, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

export function AboutMe() {
  const loaded = useData(() =>
    Promise.all([
      ask("GET /members/me", {}),
      ask("GET /members/me/progress", {}),
      ask("GET /members/me/objections", {}),
      ask("GET /members/me/links", {}),
    ]),
  );
  return (
    <Page title={t("me.title")} lead={loaded.data ? profile(loaded.data[0]) : "\u00a0"} loaded={loaded}>
      {([{ features }, progress, objections, links]) => (
        <>
          {features.calendar && (
            <Section title={t("appointments.title")} lead={t("me.appointments_lead")}>
              <p>
                <Link to="appointments">{t("me.appointments")}</Link>
              </p>
            </Section>
          )}
          {progress.participation.length > 0 && (
            <Section title={t("me.taking_part")} lead={t("me.taking_part_lead")}>
              {progress.participation.map((category) => (
                <Participation key={category.category} category={category} reload={loaded.reload} />
              ))}
            </Section>
          )}
          <Section title={t("me.objections")} lead={t("me.objections_lead")}>
            {objections.objections.map((objection) => (
              <ObjectionChoice key={objection.purpose} objection={objection} reload={loaded.reload} />
            ))}
          </Section>
          <Section title={t("me.known")} lead={t("me.known_lead")}>
            <Links links={links.links} />
            <p class="soft">{t("me.export_lead")}</p>
            <Act label={t("me.export")} done={t("me.exported")} onAct={save} />
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

async function save(): Promise<void> {
  download("ladder.json", await ask("GET /members/me/export", {}));
}

type Reload = () => Promise<void>;

function Participation({ category, reload }: { category: OptInCategory; reload: Reload }) {
  const choose = async (chosen: boolean) => {
    await ask("PUT /members/me/participation/{category}", { category: category.category }, { takes_part: chosen });
    await reload();
  };
  return (
    <Choice
      label={`${sentence(category.name)} (${category.metric})`}
      checked={category.takes_part}
      explanation={said(category.explanation)}
      onChoose={choose}
    />
  );
}

function ObjectionChoice({ objection, reload }: { objection: Objection; reload: Reload }) {
  const { purpose, objects, since, explanation } = objection;
  const choose = async (chosen: boolean) => {
    await ask("PUT /members/me/objections/{purpose}", { purpose }, { objects: chosen });
    await reload();
  };
  return (
    <Choice
      label={t(`objection.${purpose}`)}
      checked={objects}
      explanation={`${said(explanation)} ${objects && since ? t("me.objects_since", { day: since }) : ""}`}
      onChoose={choose}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly checked: boolean;
  readonly explanation: string;
  readonly onChoose: (chosen: boolean) => Promise<void>;
}

/** A choice that holds as soon as it is made; where it was refused, the box says so and stays as it was. */
function Choice({ label, checked, explanation, onChoose }: ChoiceProps) {
  const [chosen, setChosen] = useState(checked);
  const [refused, setRefused] = useState("");
  const choose = async (wanted: boolean) => {
    setChosen(wanted);
    setRefused("");
    try {
      await onChoose(wanted);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setChosen(!wanted);
      setRefused(error.message);
    }
  };
  return (
    <div class="card">
      <label class="check">
        <input type="checkbox" checked={chosen} onChange={(event) => void choose(event.currentTarget.checked)} />
        <span>{label}</span>
      </label>
      <p class="small soft" role="status">
        {explanation}
      </p>
      {refused && (
        <p class="notice bad small" role="alert">
          {refused}
        </p>
      )}
    </div>
  );
}

function profile({ name, team, program }: MemberProfile): string {
  return [name, team, program.name].filter(Boolean).join(" · ");
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
