/** My sessions and what is due, my answers to them, and the address of my calendar for other software. */
import { useRef, useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { CalendarFeed, MyAppointment } from "../api.ts";
import { useAct } from "../parts/act.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { Link } from "../router.tsx";
import { sentence, t, time } from "../texts.ts";
import { useData } from "../use_data.ts";

const ANSWERS = ["accepted", "tentative", "declined"] as const;
const MOST_DATES = 3; // of a series, as many as fit into a card

export function Appointments() {
  const loaded = useData(() => Promise.all([ask("GET /members/me/appointments", {}), ask("GET /members/me/calendar-feed", {})]));
  return (
    <Page title={t("appointments.title")} lead={<Link to="me">{t("appointments.back")}</Link>} loaded={loaded}>
      {([{ appointments }, feed]) => (
        <>
          <Section title={t("appointments.next")} lead={t("appointments.lead")}>
            {!appointments.length && <Empty>{t("appointments.none")}</Empty>}
            <div class="grid">
              {appointments.map((appointment) => (
                <Card key={appointment.id} appointment={appointment} />
              ))}
            </div>
          </Section>
          <FeedAddress feed={feed} reload={loaded.reload} />
        </>
      )}
    </Page>
  );
}

function Card({ appointment }: { appointment: MyAppointment }) {
  const { kind, title, starts, status } = appointment;
  const more = starts.length - MOST_DATES;
  return (
    <article class="card">
      <div class="row spread">
        <h3>{sentence(title)}</h3>
        <span class={status === "overdue" ? "chip bad" : status === "due_soon" ? "chip warn" : "chip"}>
          {t(`appointment.${status}`)}
        </span>
      </div>
      {starts.slice(0, MOST_DATES).map((start) => (
        <p key={start}>{when(appointment, start)}</p>
      ))}
      {more > 0 && <p class="small soft">{t("appointments.more", { count: more })}</p>}
      {kind === "session" && status === "planned" && <Answers appointment={appointment} />}
    </article>
  );
}

function when({ kind, day, seconds }: MyAppointment, start: string): string {
  if (kind === "deadline") return day ? t("appointments.due_day", { day }) : t("appointments.due_at", { day: start, time: time(start) });
  const ends = new Date(Date.parse(start) + seconds * 1000).toISOString();
  return t("appointments.session", { day: start, starts: time(start), ends: time(ends) });
}

function Answers({ appointment: { id, title, answer } }: { appointment: MyAppointment }) {
  const [given, setGiven] = useState(answer);
  const { busy, act, outcome } = useAct();
  const send = async (wanted: (typeof ANSWERS)[number]) => {
    await ask("POST /members/me/appointments/answers", {}, { appointment: id, answer: wanted });
    setGiven(wanted); // stored within seconds: until then the API shows the one before
  };
  return (
    <>
      <div class="tabs" role="group" aria-label={t("appointments.answer", { title })}>
        {ANSWERS.map((each) => (
          <button
            type="button"
            key={each}
            disabled={busy}
            aria-pressed={each === given}
            onClick={() => void act(() => send(each), t("appointments.answered"))}
          >
            {t(`answer.${each}`)}
          </button>
        ))}
      </div>
      {outcome}
    </>
  );
}

function FeedAddress({ feed, reload }: { feed: CalendarFeed; reload: () => Promise<void> }) {
  const [path, setPath] = useState<string | null>(null);
  const shown = useRef<HTMLInputElement>(null);
  const { busy, act, outcome } = useAct();
  const make = async () => {
    setPath((await ask("POST /members/me/calendar-feed", {})).path ?? null);
    await reload();
  };
  const revoke = async () => {
    await ask("DELETE /members/me/calendar-feed", {});
    setPath(null);
    await reload();
  };
  const copy = async () => {
    shown.current?.select();
    await navigator.clipboard.writeText(shown.current?.value ?? "").catch(() => {
      throw new Refused(0, t("feed.not_copied"));
    });
  };
  return (
    <Section title={t("feed.title")} lead={t("feed.lead")}>
      <p>{feed.made_at ? t("feed.since", { day: feed.made_at }) : t("feed.none")}</p>
      {path && (
        <label>
          {t("feed.address")}
          <input ref={shown} readOnly value={location.origin + path} onFocus={(event) => event.currentTarget.select()} />
          <span class="small soft">{t("feed.once")}</span>
        </label>
      )}
      <div class="row">
        {path && (
          <button type="button" class="first" disabled={busy} onClick={() => void act(copy, t("feed.copied"))}>
            {t("feed.copy")}
          </button>
        )}
        <button type="button" disabled={busy} onClick={() => void act(make, t("feed.made"))}>
          {t(feed.exists ? "feed.make_anew" : "feed.make")}
        </button>
        {feed.exists && (
          <button type="button" class="bad" disabled={busy} onClick={() => void act(revoke, t("feed.revoked"))}>
            {t("feed.revoke")}
          </button>
        )}
      </div>
      {outcome}
    </Section>
  );
}
