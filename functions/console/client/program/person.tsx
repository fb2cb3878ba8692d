/** What an admin does for one member: grant, link and unlink a login, export, erase. Each is audited, and some wait for a second admin. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { identity } from "../auth.ts";
import { Declare } from "../parts/declare.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { download } from "../parts/download.ts";
import { Empty, Page, Section } from "../parts/page.tsx";
import { Reason } from "../parts/reason.tsx";
import { Link } from "../router.tsx";
import { date, t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { partsOf } from "./pauses.tsx";
import { Waits } from "./waits.tsx";

const ACTS = ["points", "badge", "link", "unlink"] as const;
type Act = (typeof ACTS)[number] | "erase";
/** `review`: what another admin has to decide first. */
type Done = Readonly<{ act: Act | "export"; review?: string | null; waits_for?: readonly string[] }>;

interface Choices {
  readonly badges: readonly { readonly key: string; readonly name: string }[];
  readonly systems: readonly string[];
}

export function Person({ rest: member }: PageProps) {
  const program = identity().program;
  const loaded = useData(async () => {
    const [me, shown, { versions }] = await Promise.all([
      ask("GET /me", {}),
      ask("GET /programs/{program}/members/{member}", { program, member, days: 1 }),
      ask("GET /programs/{program}/versions", { program, limit: 1 }),
    ]);
    const version = versions[0]?.version;
    const live = version ? await ask("GET /programs/{program}/versions/{version}", { program, version }) : null;
    const choices: Choices = {
      badges: live ? partsOf(live).filter(({ what }) => what === "badge") : [],
      systems: ["login", ...((live?.program["sources"] ?? []) as readonly { key: string }[]).map(({ key }) => key)],
    };
    return { me, person: shown.member, choices };
  });
  const name = loaded.data?.person.name ?? "\u00a0";
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const save = async () => {
    const known = await ask("GET /admin/programs/{program}/members/{member}/export", { program, member });
    download(`${program}-${member}.json`, known);
    setDone({ act: "export" });
  };
  return (
    <Page title={name} lead={<Link to="members">{t("person.back")}</Link>} loaded={loaded}>
      {({ me, person, choices }) => (
        <>
          {!me.declared && <Declare me={me} reload={loaded.reload} />}
          <Section title={t("person.who")}>
            <dl class="profile">
              <Fact name={t("roster.user")}>{person.user}</Fact>
              <Fact name={t("roster.team")}>{person.team ?? "–"}</Fact>
              <Fact name={t("roster.channel")}>{person.channel}</Fact>
              <Fact name={t("roster.hired")}>{person.hired_on ? date(person.hired_on) : "–"}</Fact>
              <Fact name={t("person.id")}>
                <code>{person.member}</code>
              </Fact>
            </dl>
            <p class="row">
              <Link to={`members/${member}`}>{t("person.coaching")}</Link>
              <Link to={`audit/member/${member}`}>{t("person.audit")}</Link>
            </p>
            {!person.active && <Empty>{t("person.left")}</Empty>}
          </Section>
          <Section title={t("person.acts")} lead={t("person.acts_lead")}>
            {done && (done.review ? <Waits waiting={{ ...done, review: done.review }} /> : <Said done={done} />)}
            <div class="row">
              {ACTS.map((each) => (
                <button type="button" key={each} onClick={() => setAct(each)}>
                  {t(`act.${each}`)}
                </button>
              ))}
              <button type="button" onClick={() => void save()}>
                {t("act.export")}
              </button>
              <button type="button" class="bad" onClick={() => setAct("erase")}>
                {t("act.erase")}
              </button>
            </div>
          </Section>
          {act && (
            <ActDialog key={act} act={act} member={member} name={person.name} choices={choices} onClose={() => setAct(null)} onDone={setDone} />
          )}
        </>
      )}
    </Page>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Said({ done }: { done: Done }) {
  return (
    <p class="notice" role="status">
      {t(`act_done.${done.act}`)}
    </p>
  );
}

interface ActProps {
  readonly act: Act;
  readonly member: string;
  readonly name: string;
  readonly choices: Choices;
  readonly onClose: () => void;
  readonly onDone: (done: Done) => void;
}

function ActDialog({ act, member, name, choices, onClose, onDone }: ActProps) {
  const at = { program: identity().program, member };
  const request = useRef(crypto.randomUUID()); // confirmed twice, it is still one grant
  const [reason, setReason] = useState("");
  const [points, setPoints] = useState("");
  const [badge, setBadge] = useState(choices.badges[0]?.key ?? "");
  const [source, setSource] = useState("login");
  const [user, setUser] = useState("");
  const grant = { request: request.current, reason };
  const send = async () => {
    switch (act) {
      case "points":
        return ask("POST /admin/programs/{program}/members/{member}/grants", at, { ...grant, points: Number(points) });
      case "badge":
        return ask("POST /admin/programs/{program}/members/{member}/grants", at, { ...grant, badge });
      case "link":
        return ask("POST /admin/programs/{program}/members/{member}/logins", at, { source, user, reason });
      case "unlink":
        return ask("POST /admin/programs/{program}/members/{member}/unlinks", at, { source, user, reason });
      case "erase":
        return ask("POST /admin/programs/{program}/members/{member}/erasure", at, { reason });
    }
  };
  return (
    <Dialog
      title={t(`act_title.${act}`, { name })}
      confirm={t(`act.${act}`)}
      danger={act === "erase"}
      onClose={onClose}
      onConfirm={async () => onDone({ act, ...(await send()) })}
    >
      <p class="soft">{t(`act_lead.${act}`)}</p>
      {act === "points" && (
        <label>
          {t("person.how_many")}
          <input type="number" required min={1} step={1} value={points} onInput={(event) => setPoints(event.currentTarget.value)} />
        </label>
      )}
      {act === "badge" && (
        <label>
          {t("person.which_badge")}
          <select value={badge} onChange={(event) => setBadge(event.currentTarget.value)}>
            {choices.badges.map(({ key, name }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {(act === "link" || act === "unlink") && (
        <>
          <label>
            {t("person.system")}
            <select value={source} onChange={(event) => setSource(event.currentTarget.value)}>
              {choices.systems.map((system) => (
                <option key={system} value={system}>
                  {system === "login" ? t("person.login") : system}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("person.id_there")}
            <input required maxLength={200} value={user} onInput={(event) => setUser(event.currentTarget.value)} />
          </label>
        </>
      )}
      <Reason value={reason} onInput={setReason} />
    </Dialog>
  );
}
