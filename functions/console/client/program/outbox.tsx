/** What waits to be said on each channel of the program, and what a channel does not take. Nobody's words are shown. */
import { ask } from "../api.ts";
import type { ChannelQueue, WaitingMessage } from "../api.ts";
import { identity } from "../auth.ts";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, t, time } from "../texts.ts";
import { useData } from "../use_data.ts";

export function Outbox() {
  const { program } = identity();
  const loaded = useData(() => ask("GET /programs/{program}/messages", { program }));
  return (
    <Page title={t("nav.outbox")} lead={t("outbox.lead")} loaded={loaded}>
      {({ channels }) =>
        channels.length ? channels.map((queue) => <Queue key={queue.channel} {...queue} />) : <Empty>{t("outbox.no_channel")}</Empty>
      }
    </Page>
  );
}

function Queue({ channel, kind, waiting, refused, more }: ChannelQueue) {
  return (
    <Section title={channel} lead={t("outbox.kind", { kind })}>
      {waiting.length ? <List caption={t("outbox.waiting")} rows={waiting} /> : <Empty>{t("outbox.nothing_waits")}</Empty>}
      {more && <p class="small soft">{t("outbox.more", { shown: waiting.length })}</p>}
      {refused.length > 0 && <List caption={t("outbox.refused")} rows={refused} />}
    </Section>
  );
}

function List({ caption, rows }: { caption: string; rows: readonly WaitingMessage[] }) {
  return (
    <Table
      caption={caption}
      rows={rows}
      columns={[
        { title: t("outbox.due"), cell: ({ due }) => `${date(due, "short")}, ${time(due)}` },
        { title: t("outbox.what"), cell: ({ occasion }) => t(`news.${occasion}`) },
        { title: t("messages.to"), cell: ({ audience }) => t(`reader.${audience}`) },
        { title: t("order.who"), cell: ({ member }) => <Link to={`people/${member}`}>{t("outbox.about")}</Link> },
        {
          title: t("messages.state"),
          cell: ({ status, because, failures }) => (
            <div>
              {t(`message_state.${status}`)}
              {failures > 0 && <div class="small soft">{t("outbox.failures", { count: failures })}</div>}
              {because && <div class="small soft">{said(because)}</div>}
            </div>
          ),
        },
      ]}
    />
  );
}
