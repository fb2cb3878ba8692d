/** The desk: the queue at its own address, a review below it, and the decision that waits to be sent, whichever is open. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { ReviewPage as Waiting, ReviewSummary } from "../api.ts";
import type { PageProps } from "../areas.ts";
import { Declare } from "../parts/declare.tsx";
import { Page } from "../parts/page.tsx";
import { go } from "../router.tsx";
import { t } from "../texts.ts";
import { useData } from "../use_data.ts";
import { KeyHelp, useKeys } from "./keys.tsx";
import { useOutbox } from "./outbox.ts";
import type { Outbox } from "./outbox.ts";
import { ANY, Queue } from "./queue.tsx";
import type { Filters } from "./queue.tsx";
import { ReviewPage } from "./review.tsx";
import { whose } from "./words.ts";

const PATH = "desk";
const A_PAGE = 25;
const MAY_DECIDE = ["reviewer", "admin"];

export function Desk({ rest }: PageProps) {
  const [filters, setFilters] = useState<Filters>(ANY);
  const [later, setLater] = useState<readonly Waiting[]>([]); // pages after the first
  const [help, setHelp] = useState(false);
  const left = useRef(""); // the review that was open last: the queue gives it the focus
  const question = (after?: string) =>
    ask("GET /admin/reviews", {
      limit: A_PAGE,
      kind: filters.kind || undefined,
      assigned: filters.assigned || undefined,
      min_age_hours: filters.hours || undefined,
      after,
    });
  const loaded = useData(async () => {
    const [me, page] = await Promise.all([ask("GET /me", {}), question()]);
    setLater([]);
    return { me, page };
  }, [filters]);
  const outbox = useOutbox(() => void loaded.reload());
  const away = [outbox.waiting, outbox.sent].map((decided) => decided?.review.id);
  const pages = loaded.data ? [loaded.data.page, ...later] : [];
  const queue = pages.flatMap(({ reviews }) => reviews).filter(({ id }) => !away.includes(id));
  const at = queue.findIndex(({ id }) => id === rest);
  const open = (review: ReviewSummary | undefined) => review && go(`${PATH}/${review.id}`);
  const back = () => {
    left.current = rest;
    go(PATH);
  };
  const takeBack = () => {
    const taken = outbox.takeBack();
    if (taken) open(taken.review);
  };
  useKeys({
    "?": () => setHelp(true),
    u: () => (outbox.waiting ? takeBack() : rest && back()),
    j: () => (rest ? open(queue[at + 1]) : move(1)),
    k: () => (rest ? at > 0 && open(queue[at - 1]) : move(-1)),
  });
  useEffect(() => {
    if (rest || !loaded.data) return;
    document.querySelector<HTMLElement>(`[data-review="${left.current}"]`)?.focus();
  }, [rest, loaded.data !== null]);
  const more = async (after: string) => {
    setLater([...later, await question(after)]);
  };
  return (
    <>
      <Post outbox={outbox} takeBack={takeBack} />
      <Page title={t("desk.title")} lead={rest ? undefined : t("desk.lead")} loaded={loaded}>
        {({ me, page }) => (
          <>
            {!me.declared && me.roles.some((role) => MAY_DECIDE.includes(role)) && (
              <Declare me={me} reload={loaded.reload} />
            )}
            {rest ? (
              <ReviewPage
                key={rest}
                id={rest}
                me={me}
                place={at < 0 ? "" : t("desk.place", { place: at + 1, open: page.open })}
                onBack={back}
                onMove={(by) => open(queue[at + by])}
                onDecided={(decided) => {
                  const next = queue[at + 1] ?? queue[at - 1];
                  outbox.put(decided);
                  if (next) open(next);
                  else go(PATH);
                }}
              />
            ) : (
              <Queue
                me={me}
                page={{ ...page, next: pages.at(-1)?.next ?? null, reviews: queue }}
                filters={filters}
                onFilters={setFilters}
                onMore={more}
              />
            )}
            <p class="small">
              <button type="button" class="plain" onClick={() => setHelp(true)}>
                {t("key.show")}
              </button>
            </p>
          </>
        )}
      </Page>
      {help && <KeyHelp onClose={() => setHelp(false)} />}
    </>
  );
}

/** Move the focus within the queue: to the first where it is elsewhere. */
function move(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-review], .queue-more")];
  const at = links.findIndex((link) => link === document.activeElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

/** What becomes of the last decision, said aloud, too: it waits, it is sent, or it was refused. */
function Post({ outbox, takeBack }: { outbox: Outbox; takeBack: () => void }) {
  const { waiting, sent, failed, send } = outbox;
  return (
    <div class="post">
      <div role="status">
        {waiting && (
          <div class="notice">
            <p>
              {t(`done.${waiting.body.decision}`, { name: whose(waiting.review) })} {t("post.waits")}
            </p>
            <div class="row">
              <button type="button" onClick={takeBack}>
                {t("post.take_back")}
              </button>
              <button type="button" class="plain" onClick={() => void send()}>
                {t("post.send_now")}
              </button>
            </div>
          </div>
        )}
        {sent && !waiting && (
          <div class="notice">
            <p>
              {t(`done.${sent.body.decision}`, { name: whose(sent.review) })} {t("post.sent")}
            </p>
          </div>
        )}
      </div>
      {failed && (
        <div class="notice bad" role="alert">
          <p>{t("post.failed", { name: whose(failed.review), why: failed.why })}</p>
          <button type="button" onClick={() => go(`${PATH}/${failed.review.id}`)}>
            {t("post.look_again")}
          </button>
        </div>
      )}
    </div>
  );
}
