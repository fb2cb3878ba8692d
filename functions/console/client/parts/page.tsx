/** A page: its heading at once, and below it what was loaded, that it is loading, or what went wrong and what to do. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { here } from "../router.tsx";
import { t } from "../texts.ts";
import type { Loaded } from "../use_data.ts";
import { SignIn } from "./sign_in.tsx";

interface PageProps<T> {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly loaded: Loaded<T>;
  /** What is there before anything is loaded: a search. */
  readonly before?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

export function Page<T>({ title, lead, loaded, before, children }: PageProps<T>) {
  useEffect(() => {
    document.title = `${title} · Ladder`;
  }, [title]);
  return (
    <>
      <header>
        <h1>{title}</h1>
        {lead && <p class="soft">{lead}</p>}
      </header>
      {before}
      <Loading loaded={loaded}>{children}</Loading>
    </>
  );
}

/** The part of a page that is loaded by itself. What was loaded before stays while it is loaded anew. */
export function Loading<T>({ loaded, children }: Pick<PageProps<T>, "loaded" | "children">) {
  const { data, error, loading, reload } = loaded;
  if (error?.status === 401) return <SignedOut />;
  return (
    <>
      {error && (
        <div class="notice bad" role="alert">
          <p>{error.message}</p>
          <button type="button" onClick={() => void reload()}>
            {t("common.try_again")}
          </button>
        </div>
      )}
      {data !== null && children(data)}
      {data === null && loading && (
        <div class="wait" aria-busy="true">
          <span class="hidden" role="status">
            {t("common.loading")}
          </span>
        </div>
      )}
    </>
  );
}

function SignedOut() {
  return (
    <div class="notice" role="alert">
      <p>{t("error.signed_out")}</p>
      <SignIn path={here()} />
    </div>
  );
}

/** What stands where there is nothing to show: why, and what would change it. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="soft">{children}</p>;
}

export function Section({ title, lead, children }: { title: string; lead?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section>
      <div class="stack">
        <h2>{title}</h2>
        {lead && <p class="soft">{lead}</p>}
      </div>
      {children}
    </section>
  );
}
