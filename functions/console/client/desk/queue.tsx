/** The queue: how much waits and for how long, filters, and the reviews, oldest first. */
import type { ReviewPage, ReviewSummary, StaffProfile } from "../api.ts";
import { Empty, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Tile } from "../parts/tile.tsx";
import { Link } from "../router.tsx";
import { number, t } from "../texts.ts";
import { age, KINDS, person, whose } from "./words.ts";
import type { Kind, People } from "./words.ts";

export interface Filters {
  readonly kind: Kind | "";
  readonly assigned: "" | "me" | "nobody" | "somebody";
  readonly hours: number;
}
export const ANY: Filters = { kind: "", assigned: "", hours: 0 };
const AGES = [0, 24, 72, 168];

interface QueueProps {
  readonly me: StaffProfile;
  readonly page: ReviewPage;
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
  readonly onMore: (after: string) => Promise<void>;
}

export function Queue({ me, page, filters, onFilters, onMore }: QueueProps) {
  const { next, reviews } = page;
  const filtered = filters.kind || filters.assigned || filters.hours;
  return (
    <>
      <section aria-label={t("desk.counts")}>
        <div class="tiles">
          <Tile value={number(page.open)} label={t("desk.open")} />
          <Tile value={number(page.unassigned)} label={t("desk.unassigned")} />
          <Tile value={page.oldest_hours === null ? t("desk.none") : age(page.oldest_hours)} label={t("desk.oldest")} />
        </div>
      </section>
      <Section title={t("desk.queue")}>
        <FilterBar kinds={page.kinds} filters={filters} onFilters={onFilters} />
        {!reviews.length && <Empty>{t(filtered ? "desk.none_match" : "desk.empty")}</Empty>}
        <ol class="queue" aria-label={t("desk.queue")}>
          {reviews.map((review) => (
            <li key={review.id}>
              <Row review={review} me={me} people={page.people} />
            </li>
          ))}
        </ol>
        {next && (
          <div class="row">
            <button type="button" class="queue-more" onClick={() => void onMore(next)}>
              {t("desk.more")}
            </button>
          </div>
        )}
      </Section>
      {page.workload.length > 0 && (
        <details>
          <summary>{t("desk.workload")}</summary>
          <Table
            caption={t("desk.workload")}
            hideCaption
            columns={[
              { title: t("desk.reviewer"), cell: ({ reviewer }) => person(reviewer, page.people, me.subject) },
              { title: t("desk.open"), number: true, cell: ({ open }) => number(open) },
            ]}
            rows={page.workload}
          />
        </details>
      )}
    </>
  );
}

function FilterBar({
  kinds,
  filters,
  onFilters,
}: Pick<QueueProps, "filters" | "onFilters"> & { kinds: ReviewPage["kinds"] }) {
  return (
    <div class="row filters">
      <label>
        {t("desk.kind")}
        <select
          value={filters.kind}
          onChange={(event) => onFilters({ ...filters, kind: event.currentTarget.value as Filters["kind"] })}
        >
          <option value="">{t("desk.any_kind")}</option>
          {KINDS.filter((kind) => kinds[kind] || kind === filters.kind).map((kind) => (
            <option key={kind} value={kind}>
              {t(`review.${kind}`)} ({number(kinds[kind] ?? 0)})
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("desk.assigned")}
        <select
          value={filters.assigned}
          onChange={(event) => onFilters({ ...filters, assigned: event.currentTarget.value as Filters["assigned"] })}
        >
          <option value="">{t("desk.anybody")}</option>
          <option value="me">{t("desk.to_me")}</option>
          <option value="nobody">{t("desk.to_nobody")}</option>
          <option value="somebody">{t("desk.to_somebody")}</option>
        </select>
      </label>
      <label>
        {t("desk.waits")}
        <select
          value={String(filters.hours)}
          onChange={(event) => onFilters({ ...filters, hours: Number(event.currentTarget.value) })}
        >
          {AGES.map((hours) => (
            <option key={hours} value={String(hours)}>
              {hours ? t("desk.at_least", { days: hours / 24 }) : t("desk.any_age")}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Row({ review, me, people }: { review: ReviewSummary; me: StaffProfile; people: People }) {
  return (
    <Link to={`desk/${review.id}`} class="case" review={review.id}>
      <span class="case-head">
        <strong>{whose(review)}</strong>
        <span class="chip">{t(`review.${review.kind}`)}</span>
        <Obstacle review={review} me={me} />
      </span>
      <span class="small soft">{review.because.map(said).join(" ")}</span>
      <span class="case-side small soft">
        <span class="figure">{age(review.age_hours)}</span>
        <span>{review.assigned_to ? person(review.assigned_to, people, me.subject) : t("desk.nobody_yet")}</span>
      </span>
    </Link>
  );
}

/** Why the reader may not decide it, in two words. */
export function Obstacle({ review, me }: { review: ReviewSummary; me: StaffProfile }) {
  if (review.opened_by === me.subject) return <span class="chip warn">{t("desk.opened_by_you")}</span>;
  if (review.own_case) return <span class="chip warn">{t("desk.own_case")}</span>;
  if (review.own_team) return <span class="chip warn">{t("desk.own_team")}</span>;
  if (review.role === "admin" && !me.roles.includes("admin")) return <span class="chip warn">{t("desk.needs_admin")}</span>;
  return review.opened_by ? <span class="chip">{t("desk.second_person")}</span> : null;
}
