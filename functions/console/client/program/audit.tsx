/** The audit: who decided what about a member, in a review or on a night, and the seal that proves each record. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { AuditPage, AuditRecord } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { identity } from "../auth.ts";
import { Page } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { go, Link } from "../router.tsx";
import { date, t, time } from "../texts.ts";
import { useData } from "../use_data.ts";

type Wanted = Readonly<{ member?: string; decision?: string; night?: string }>;

/** `rest`: what it is about, such as `night/2026-11-24`. */
export function Audit({ rest }: PageProps) {
  const { program } = identity();
  const wanted = wantedBy(rest);
  const { member } = wanted;
  const page = (before?: string) => ask("GET /programs/{program}/audit", { program, ...wanted, before });
  const loaded = useData(async () => {
    const [first, found] = await Promise.all([
      page(),
      member ? ask("GET /programs/{program}/members/{member}", { program, member, days: 1 }) : null,
    ]);
    return { first, name: found?.member.name ?? "", shown: rest };
  }, [rest]);
  return (
    <Page title={t("audit.title")} lead={t("audit.lead")} loaded={loaded} before={
      <div class="row">
        <label>
          {t("audit.night")}
          <input type="date" value={wanted.night ?? ""} onChange={(event) => go(addressOf(event.currentTarget.value))} />
        </label>
        <p class="small soft">{t("audit.how")}</p>
      </div>
    }>
      {({ first, name, shown }) => (
        <>
          {rest && (
            <p class="row">
              <strong>{about(wanted, name)}</strong>
              <Link to="audit">{t("audit.everything")}</Link>
            </p>
          )}
          <Records key={shown} first={first} more={page} />
        </>
      )}
    </Page>
  );
}

function wantedBy(rest: string): Wanted {
  const [kind = "", value = ""] = rest.split("/");
  return kind === "member" || kind === "decision" || kind === "night" ? { [kind]: value } : {};
}

function addressOf(night: string): string {
  return night ? `audit/night/${night}` : "audit";
}

function about({ member, night }: Wanted, name: string): string {
  if (night) return t("audit.of_night", { day: night });
  return member ? t("audit.of_member", { name }) : t("audit.of_decision");
}

function Records({ first, more }: { first: AuditPage; more: (before: string) => Promise<AuditPage> }) {
  const [pages, setPages] = useState([first]);
  const records = pages.flatMap((page) => page.records);
  const before = pages.at(-1)?.before ?? null;
  const looked = pages.reduce((sum, page) => sum + page.looked_at, 0);
  const next = async () => {
    if (before === null) return;
    const page = await more(before);
    setPages((known) => [...known, page]);
  };
  return (
    <section aria-label={t("audit.title")}>
      <p class="soft" role="status">
        {t("audit.found", { found: records.length, looked })}
      </p>
      {records.length > 0 && (
        <Table
          caption={t("audit.title")}
          hideCaption
          rows={records}
          columns={[
            { title: t("audit.at"), cell: ({ at }) => (at ? `${date(at, "short")}, ${time(at)}` : "–") },
            { title: t("audit.what"), cell: ({ what }) => said(what) },
            { title: t("audit.by"), cell: ({ by, by_name: name }) => name ?? by },
            { title: t("audit.why"), cell: ({ why }) => (why ? said(why) : "–") },
            { title: t("audit.seal"), cell: (record) => <Sealed {...record} /> },
          ]}
        />
      )}
      {before !== null && (
        <div class="row">
          <button type="button" onClick={() => void next()}>
            {t("audit.more")}
          </button>
        </div>
      )}
    </section>
  );
}

function Sealed({ seal }: AuditRecord) {
  if (!seal) return <span class="soft">{t("audit.unsealed")}</span>;
  if (!seal.unchanged) return <span class="chip bad">{t("audit.changed", { number: seal.number })}</span>;
  return <>{t("audit.unchanged", { number: seal.number, day: seal.sealed_at ?? "" })}</>;
}
