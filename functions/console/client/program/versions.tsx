/** The versions, newest first, and what each has changed. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { Changes, ListedVersion, VersionPage } from "../api.ts";
import { identity } from "../auth.ts";
import { ChangedLines } from "../parts/changed_lines.tsx";
import { Empty, Loading, Section } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { date, t } from "../texts.ts";
import { useData } from "../use_data.ts";

export function Versions({ page }: { page: VersionPage }) {
  const [pages, setPages] = useState([page]);
  const [shown, setShown] = useState<ListedVersion | null>(null);
  const before = pages.at(-1)?.before ?? null;
  const older = async () => {
    if (before === null) return;
    const next = await ask("GET /programs/{program}/versions", { program: identity().program, before });
    setPages((known) => [...known, next]);
  };
  return (
    <Section title={t("versions.title")}>
      <Table
        caption={t("versions.title")}
        hideCaption
        rows={pages.flatMap(({ versions }) => versions)}
        columns={[
          { title: t("versions.version"), cell: ({ version }) => version },
          { title: t("versions.at"), cell: ({ at }) => (at ? date(at) : "–") },
          { title: t("versions.by"), cell: ({ by, by_name: name }) => name ?? by ?? t("versions.deployment") },
          {
            title: t("versions.paused"),
            cell: ({ pauses }) => (pauses.length ? pauses.map(({ key }) => <div key={key}>{key}</div>) : "–"),
          },
          {
            title: t("versions.changes"),
            cell: (row) =>
              row.version > 1 && (
                <button type="button" class="plain" onClick={() => setShown(row)}>
                  {t("versions.show", { version: row.version })}
                </button>
              ),
          },
        ]}
      />
      {before !== null && (
        <div class="row">
          <button type="button" onClick={() => void older()}>
            {t("versions.more")}
          </button>
        </div>
      )}
      {shown && <VersionChanges key={shown.version} version={shown.version} />}
    </Section>
  );
}

function VersionChanges({ version }: { version: number }) {
  const program = identity().program;
  const loaded = useData((): Promise<Changes> =>
    ask("GET /programs/{program}/versions/{version}/changes", { program, version, since: version - 1 }),
  );
  return (
    <div class="stack" aria-live="polite">
      <h3>{t("versions.show", { version })}</h3>
      <Loading loaded={loaded}>
        {({ lines }) => (lines.length ? <ChangedLines lines={lines} label={t("diff.title")} /> : <Empty>{t("versions.same")}</Empty>)}
      </Loading>
    </div>
  );
}
