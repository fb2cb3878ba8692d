/** The people of the program: found by name, and what an admin does for one of them. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { ListedMember, MemberPage } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { identity } from "../auth.ts";
import { Empty, Page, Section } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { Person } from "./person.tsx";

export function People({ rest }: PageProps) {
  return rest ? <Person key={rest} member={rest} /> : <List />;
}

function List() {
  const program = identity().program;
  const [search, setSearch] = useState("");
  const [active, setActive] = useState(true);
  const loaded = useData(() => ask("GET /programs/{program}/members", { program, search, active }), [search, active]);
  return (
    <Page title={t("people.title")} lead={t("people.lead")} loaded={loaded}>
      {(first) => (
        <Section title={t("people.found", { count: first.found })}>
          <div class="row">
            <label>
              {t("people.search")}
              <input type="search" value={search} maxLength={200} onInput={(event) => setSearch(event.currentTarget.value)} />
            </label>
            <label>
              {t("people.who")}
              <select value={String(active)} onChange={(event) => setActive(event.currentTarget.value === "true")}>
                <option value="true">{t("people.playing")}</option>
                <option value="false">{t("people.left")}</option>
              </select>
            </label>
          </div>
          <Found key={`${search} ${active} ${first.members[0]?.member}`} first={first} search={search} active={active} />
        </Section>
      )}
    </Page>
  );
}

function Found({ first, search, active }: { first: MemberPage; search: string; active: boolean }) {
  const [more, setMore] = useState<readonly MemberPage[]>([]);
  const after = (more.at(-1) ?? first).after;
  const rows: readonly ListedMember[] = [first, ...more].flatMap(({ members }) => members);
  const next = async () => {
    if (after === null) return;
    const program = identity().program;
    const page = await ask("GET /programs/{program}/members", { program, search, active, after });
    setMore((known) => [...known, page]);
  };
  if (!rows.length) return <Empty>{t("people.nobody")}</Empty>;
  return (
    <>
      <Table
        caption={t("people.title")}
        hideCaption
        rows={rows}
        columns={[
          { title: t("people.name"), cell: ({ member, name }) => <Link to={`people/${member}`}>{name}</Link> },
          { title: t("people.user"), cell: ({ user }) => user },
          { title: t("people.team"), cell: ({ team }) => team ?? "–" },
          { title: t("people.channel"), cell: ({ channel }) => channel },
          { title: t("people.hired"), cell: ({ hired_on: hiredOn }) => (hiredOn ? date(hiredOn, "short") : "–") },
        ]}
      />
      {after !== null && (
        <div class="row">
          <button type="button" onClick={() => void next()}>
            {t("people.more")}
          </button>
        </div>
      )}
    </>
  );
}
