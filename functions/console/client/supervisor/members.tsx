/** Members whom I may see: found by a part of their name or id, in the order of their names. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { ListedMember, MemberPage as FoundPage } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { identity } from "../auth.ts";
import { Page } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { MemberPage } from "./member.tsx";

const PAUSE = 250; // milliseconds after the last key, before the API is asked
const LONGEST = 200; // characters, as the API has it

export function Members({ rest }: PageProps) {
  return rest ? <MemberPage key={rest} member={rest} /> : <Search />;
}

function Search() {
  const { program } = identity();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [active, setActive] = useState(true);
  useEffect(() => {
    const waiting = setTimeout(() => setSearch(typed.trim()), PAUSE);
    return () => clearTimeout(waiting);
  }, [typed]);
  const find = (after?: string) => ask("GET /programs/{program}/members", { program, search, active, after });
  const loaded = useData(find, [search, active]);
  return (
    <Page title={t("roster.title")} lead={t("roster.lead")} loaded={loaded} before={
      <search class="row">
        <label class="wide">
          {t("roster.search")}
          <input type="search" maxLength={LONGEST} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <label class="check">
          <input type="checkbox" checked={!active} onChange={(event) => setActive(!event.currentTarget.checked)} />
          {t("roster.left")}
        </label>
      </search>
    }>
      {(first) => <Found key={`${search} ${active} ${first.found} ${first.members[0]?.member}`} first={first} more={find} />}
    </Page>
  );
}

function Found({ first, more }: { first: FoundPage; more: (after: string) => Promise<FoundPage> }) {
  const [pages, setPages] = useState([first]);
  const [busy, setBusy] = useState(false);
  const place = identity().roles.includes("admin") ? "people" : "members"; // where a name leads to
  const after = pages.at(-1)?.after ?? null;
  const next = async () => {
    if (after === null) return;
    setBusy(true);
    try {
      const page = await more(after);
      setPages((known) => [...known, page]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label={t("roster.title")}>
      <div class="row spread">
        <p class="soft" role="status">
          {t("roster.found", { found: first.found })}
        </p>
        {identity().roles.includes("admin") && <Link to="enrol">{t("enrol.title")}</Link>}
      </div>
      {first.found > 0 && (
        <Table<ListedMember>
          caption={t("roster.title")}
          hideCaption
          rows={pages.flatMap(({ members }) => members)}
          columns={[
            { title: t("roster.name"), cell: ({ member, name }) => <Link to={`${place}/${member}`}>{name}</Link> },
            { title: t("roster.user"), cell: ({ user }) => user },
            { title: t("roster.team"), cell: ({ team }) => (team ? <Link to={`teams/${encodeURIComponent(team)}`}>{team}</Link> : "–") },
            { title: t("roster.hired"), cell: ({ hired_on: hiredOn }) => (hiredOn ? date(hiredOn, "short") : "–") },
          ]}
        />
      )}
      {after !== null && (
        <div class="row">
          <button type="button" disabled={busy} onClick={() => void next()}>
            {t("roster.more")}
          </button>
        </div>
      )}
    </section>
  );
}
