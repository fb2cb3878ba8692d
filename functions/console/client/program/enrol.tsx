/** Enrol members from a file: what it would change and what is wrong in it, and then the change itself. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { RosterPreview } from "../api.ts";
import { identity } from "../auth.ts";
import { Empty, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Tile } from "../parts/tile.tsx";
import { Link } from "../router.tsx";
import { number, t } from "../texts.ts";

const CHANGES = ["joined", "changed", "returned", "left"] as const;

interface Chosen {
  readonly name: string;
  readonly text: string;
  readonly preview: RosterPreview;
}

export function Enrol() {
  const { program } = identity();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [refused, setRefused] = useState("");
  const request = useRef(crypto.randomUUID()); // applied twice, it is still one change
  useEffect(() => {
    document.title = `${t("enrol.title")} · Ladder`;
  }, []);
  const send = async (name: string, text: string, apply: boolean, leaving: number | null) => {
    setRefused("");
    try {
      const body = { text, apply, leaving, request: request.current };
      const preview = await ask("POST /admin/programs/{program}/members/file", { program }, body);
      setChosen({ name, text, preview });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
    }
  };
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    request.current = crypto.randomUUID();
    const text = await file.text();
    input.value = ""; // the same file may be chosen again, once it is mended
    setChosen(null);
    await send(file.name, text, false, null);
  };
  return (
    <>
      <Link class="small back" to="members">
        {t("enrol.back")}
      </Link>
      <header>
        <h1>{t("enrol.title")}</h1>
        <p class="soft">{t("enrol.lead")}</p>
      </header>
      <section aria-label={t("enrol.title")}>
        <div class="row">
          <label class="button upload">
            {t("enrol.choose")}
            <input type="file" accept=".csv,.txt,.tsv" onChange={(event) => void take(event.currentTarget)} />
          </label>
        </div>
        {refused && (
          <p class="notice bad" role="alert">
            {refused}
          </p>
        )}
      </section>
      {chosen && <Preview key={`${chosen.name} ${chosen.preview.applied}`} chosen={chosen} onApply={(leaving) => send(chosen.name, chosen.text, true, leaving)} />}
    </>
  );
}

function Preview({ chosen: { name, preview }, onApply }: { chosen: Chosen; onApply: (leaving: number) => Promise<void> }) {
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const { applied, problems, problems_found: found, rows, left, confirm_leaving: asksFirst } = preview;
  const changed = CHANGES.some((change) => preview[change].count);
  const apply = async () => {
    setBusy(true);
    await onApply(left.count);
    setBusy(false);
  };
  if (found > 0) return <Problems problems={problems} found={found} />;
  return (
    <Section title={t("enrol.file", { name })}>
      <div class="tiles">
        <Tile value={number(rows)} label={t("enrol.rows", { count: rows })} />
        {CHANGES.map((change) => (
          <Tile key={change} value={number(preview[change].count)} label={t(`enrolled.${change}`)} />
        ))}
      </div>
      {CHANGES.filter((change) => preview[change].count).map((change) => (
        <details key={change} open={change === "left"}>
          <summary>{`${t(`enrolled.${change}`)}: ${number(preview[change].count)}`}</summary>
          <p class="small">
            {preview[change].users.join(", ")}
            {preview[change].count > preview[change].users.length &&
              ` ${t("enrol.more", { count: preview[change].count - preview[change].users.length })}`}
          </p>
        </details>
      ))}
      {applied && (
        <p class="notice" role="status">
          {t("enrol.applied")}
        </p>
      )}
      {!applied && !changed && <Empty>{t("enrol.nothing")}</Empty>}
      {!applied && changed && (
        <>
          {asksFirst && (
            <label class="check notice warn">
              <input type="checkbox" checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />
              <span>{t("enrol.confirm", { count: left.count })}</span>
            </label>
          )}
          <div class="row">
            <button type="button" class="first" disabled={busy || (asksFirst && !sure)} onClick={() => void apply()}>
              {t("enrol.apply")}
            </button>
          </div>
        </>
      )}
    </Section>
  );
}

function Problems({ problems, found }: { problems: RosterPreview["problems"]; found: number }) {
  return (
    <section aria-label={t("enrol.title")}>
      <p role="alert">{t("enrol.problems", { count: found })}</p>
      <ul class="problems">
        {problems.map(({ line, column, problem }) => (
          <li key={`${line} ${column} ${problem.code}`}>
            <strong class="small">{column ? t("enrol.column", { line, column }) : t("enrol.line", { line })}</strong>
            <span>{said(problem)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
