/** The rules: the text of the live version, what is wrong in an edit of it, what it would change, and publishing it. */
import { useRef, useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { CheckedFiles, FilesBody, FoundProblem, ProgramFiles, Published, ShownVersion, StaffProfile, SimulationReport, VersionPage, Waiting } from "../api.ts";
import { identity } from "../auth.ts";
import { ChangedLines } from "../parts/changed_lines.tsx";
import { Declare } from "../parts/declare.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Editor } from "../parts/editor.tsx";
import type { EditorControl } from "../parts/editor.tsx";
import { Page, Section } from "../parts/page.tsx";
import { Reason } from "../parts/reason.tsx";
import { t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { changes } from "./diff.ts";
import { Pauses } from "./pauses.tsx";
import { Trial } from "./trial.tsx";
import { Versions } from "./versions.tsx";
import { Waits } from "./waits.tsx";

interface Live {
  readonly me: StaffProfile;
  readonly page: VersionPage;
  readonly live: ShownVersion | null; // null: nothing was ever published
}

export function Rules() {
  const program = identity().program;
  const loaded = useData(async (): Promise<Live> => {
    const [me, page] = await Promise.all([ask("GET /me", {}), ask("GET /programs/{program}/versions", { program })]);
    const version = page.versions[0]?.version;
    const live = version ? await ask("GET /programs/{program}/versions/{version}", { program, version }) : null;
    return { me, page, live };
  });
  return (
    <Page title={t("rules.title")} lead={loaded.data ? lead(loaded.data) : "\u00a0"} loaded={loaded}>
      {({ me, page, live }) => (
        <>
          {!me.declared && <Declare me={me} reload={loaded.reload} />}
          <Draft live={live} onPublished={loaded.reload} />
          {live && <Pauses live={live} onChanged={loaded.reload} />}
          {live && <Versions key={live.listed.version} page={page} />}
        </>
      )}
    </Page>
  );
}

function lead({ live }: Live): string {
  if (!live) return t("rules.none");
  const { version, at, by, by_name: name } = live.listed;
  return at && by ? t("rules.live_since", { version, day: at, by: name ?? by }) : t("rules.live", { version });
}

const EMPTY: ProgramFiles = { file: "program.yaml", texts: { "program.yaml": "" } };

function Draft({ live, onPublished }: { live: ShownVersion | null; onPublished: () => Promise<void> }) {
  const program = identity().program;
  const written = live?.files ?? null;
  const [files, setFiles] = useState<ProgramFiles>(written ?? EMPTY);
  const [shown, setShown] = useState(files.file);
  const [checked, setChecked] = useState<CheckedFiles | null>(null);
  const [trial, setTrial] = useState<SimulationReport | null>(null);
  const [published, setPublished] = useState<Published | Waiting | null>(null);
  const [publishing, setPublishing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const editor = useRef<EditorControl>(null);
  const changed = changes(written?.texts ?? {}, files.texts);
  const problems = checked?.problems ?? [];
  const body: FilesBody = files;

  const edit = (next: ProgramFiles, file = next.file) => {
    setFiles(next);
    setShown(file);
    setChecked(null);
    setTrial(null);
    setPublished(null);
    setRefused("");
  };
  const run = async (step: () => Promise<void>) => {
    setBusy(true);
    setRefused("");
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
    } finally {
      setBusy(false);
    }
  };
  const check = async () => {
    const found = await ask("POST /admin/programs/{program}/checks", { program }, body);
    setChecked(found);
    return found.playable;
  };
  const tryOut = async () => {
    setTrial(null);
    if (await check()) setTrial(await ask("POST /admin/programs/{program}/drafts", { program }, { files: body }));
  };
  const goTo = ({ file, line }: FoundProblem) => {
    if (!(file in files.texts)) return;
    setShown(file);
    requestAnimationFrame(() => editor.current?.goTo(line));
  };
  return (
    <Section title={t("rules.edit")} lead={written ? t("rules.edit_lead") : t("rules.no_files")}>
      <div class="row spread">
        <div class="tabs" role="group" aria-label={t("rules.files")}>
          {[files.file, ...Object.keys(files.texts).filter((name) => name !== files.file)].map((name) => (
            <button type="button" key={name} aria-pressed={name === shown} onClick={() => setShown(name)}>
              {name}
            </button>
          ))}
        </div>
        <Upload onFiles={(uploaded) => edit(uploaded)} />
      </div>
      <Find key={`find ${shown}`} onFind={(text) => editor.current?.find(text) ?? false} />
      <Editor
        key={shown}
        label={t("rules.text_of", { file: shown })}
        text={files.texts[shown] ?? ""}
        marked={new Set(problems.filter(({ file }) => file === shown).map(({ line }) => line))}
        control={editor}
        onInput={(text) => edit({ ...files, texts: { ...files.texts, [shown]: text } }, shown)}
      />
      <div class="actions">
        <button type="button" disabled={busy} onClick={() => void run(async () => void (await check()))}>
          {t("rules.check")}
        </button>
        <button type="button" class="first" disabled={busy} onClick={() => void run(tryOut)}>
          {t("rules.try")}
        </button>
        <button
          type="button"
          disabled={busy || !trial || !changed.length}
          onClick={() => setPublishing(true)}
          aria-describedby="publish-when"
        >
          {t("rules.publish")}
        </button>
        {written && changed.length > 0 && (
          <button type="button" class="plain" disabled={busy} onClick={() => edit(written)}>
            {t("rules.discard")}
          </button>
        )}
        <span id="publish-when" class="small soft" role="status">
          {busy ? t("common.loading") : trial ? "" : t("rules.try_first")}
        </span>
      </div>
      {refused && (
        <p class="notice bad" role="alert">
          {refused}
        </p>
      )}
      {checked && <Problems problems={problems} onGoTo={goTo} />}
      {published && <Outcome published={published} />}
      {changed.length > 0 && written && (
        <details>
          <summary>{t("rules.changed", { lines: changed.filter(({ sign }) => sign === "+" || sign === "-").length })}</summary>
          <ChangedLines lines={changed} label={t("diff.title")} />
        </details>
      )}
      {trial && <Trial report={trial} found={problems} />}
      {publishing && (
        <PublishDialog
          files={body}
          after={live?.listed.version ?? 0}
          onClose={() => setPublishing(false)}
          onPublished={async (done) => {
            setPublished(done);
            setTrial(null);
            if (!("review" in done)) await onPublished();
          }}
        />
      )}
    </Section>
  );
}

/** Finds a line of the text, and the next one on every press; the caret goes there. */
function Find({ onFind }: { onFind: (text: string) => boolean }) {
  const [wanted, setWanted] = useState("");
  const [missing, setMissing] = useState(false);
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    setMissing(!onFind(wanted));
  };
  return (
    <form class="row" role="search" onSubmit={find}>
      <label class="wide">
        {t("rules.find")}
        <input
          type="search"
          required
          value={wanted}
          onInput={(event) => {
            setWanted(event.currentTarget.value);
            setMissing(false);
          }}
        />
      </label>
      <button type="submit">{t("rules.find_next")}</button>
      <span role="status">{missing && t("rules.find_none")}</span>
    </form>
  );
}

function Upload({ onFiles }: { onFiles: (files: ProgramFiles) => void }) {
  const take = async (input: HTMLInputElement) => {
    const chosen = [...(input.files ?? [])];
    if (!chosen.length) return;
    const texts = Object.fromEntries(await Promise.all(chosen.map(async (file) => [file.name, await file.text()] as const)));
    const main = chosen.find(({ name }) => /\.ya?ml$/i.test(name)) ?? chosen[0];
    input.value = "";
    if (main) onFiles({ file: main.name, texts });
  };
  return (
    <label class="button upload">
      {t("rules.upload")}
      <input type="file" multiple accept=".yaml,.yml,.json" onChange={(event) => void take(event.currentTarget)} />
    </label>
  );
}

function Problems({ problems, onGoTo }: { problems: readonly FoundProblem[]; onGoTo: (problem: FoundProblem) => void }) {
  const wrong = problems.filter(({ severity }) => severity === "error").length;
  return (
    <div class="stack">
      <p role="status" class={wrong ? "" : "soft"}>
        {t(wrong ? "rules.problems" : "rules.no_problem", { count: wrong || problems.length })}
      </p>
      <ul class="problems">
        {problems.map((problem, index) => (
          <li key={index} class={problem.severity}>
            <div class="row">
              <button type="button" class="plain" onClick={() => onGoTo(problem)}>
                {t("rules.line", { file: problem.file, line: problem.line })}
              </button>
              {problem.severity === "warning" && <span class="chip warn">{t("rules.warning")}</span>}
            </div>
            <p lang="en">
              {problem.where && <code>{problem.where}</code>}
              {problem.where && ": "}
              {problem.message}. {problem.hint}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PublishProps {
  readonly files: FilesBody;
  readonly after: number;
  readonly onClose: () => void;
  readonly onPublished: (done: Published | Waiting) => Promise<void>;
}

function PublishDialog({ files, after, onClose, onPublished }: PublishProps) {
  const program = identity().program;
  const [reason, setReason] = useState("");
  const publish = async () =>
    onPublished(await ask("POST /admin/programs/{program}/versions", { program }, { files, after, reason }));
  return (
    <Dialog
      title={t("rules.publish_title", { version: after + 1 })}
      confirm={t("rules.publish_now")}
      onClose={onClose}
      onConfirm={publish}
    >
      <p class="soft">{t("rules.publish_lead")}</p>
      <Reason value={reason} onInput={setReason} />
    </Dialog>
  );
}

function Outcome({ published }: { published: Published | Waiting }) {
  if ("review" in published) return <Waits waiting={published} />;
  return (
    <div class="notice" role="status">
      <p>{t(published.again ? "rules.published_before" : "rules.published", { version: published.version })}</p>
      {published.alone && <p class="small">{t(`alone.${published.alone}`)}</p>}
    </div>
  );
}
