/** What was said to me and of me, and where; thanking colleagues, and the thanks that I received. */
import { ask } from "../api.ts";
import type { MessageAboutMe } from "../api.ts";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { date, t, time } from "../texts.ts";
import { useData } from "../use_data.ts";
import { Kudos } from "./kudos.tsx";

export function Messages() {
  const loaded = useData(async () => {
    const [{ features }, { messages }] = await Promise.all([ask("GET /members/me", {}), ask("GET /members/me/messages", {})]);
    return { messages, kudos: features.kudos ? await ask("GET /members/me/kudos", {}) : null };
  });
  return (
    <Page title={t("messages.title")} lead={t("messages.lead")} loaded={loaded}>
      {({ messages, kudos }) => (
        <>
          {kudos && <Kudos {...kudos} reload={loaded.reload} />}
          <Section title={t("messages.said")} lead={t("messages.said_lead")}>
            {messages.length ? <Said messages={messages} /> : <Empty>{t("messages.none")}</Empty>}
          </Section>
        </>
      )}
    </Page>
  );
}

function Said({ messages }: { messages: readonly MessageAboutMe[] }) {
  return (
    <Table
      caption={t("messages.said")}
      hideCaption
      rows={messages}
      columns={[
        { title: t("messages.at"), cell: ({ at }) => `${date(at, "short")}, ${time(at)}` },
        { title: t("messages.what"), cell: ({ title }) => said(title) },
        { title: t("messages.to"), cell: ({ audience }) => t(`audience.${audience}`) },
        { title: t("messages.channel"), cell: ({ channel }) => channel },
        {
          title: t("messages.state"),
          cell: ({ status, because }) => (
            <div>
              {t(`message_state.${status}`)}
              {because && <div class="small soft">{said(because)}</div>}
            </div>
          ),
        },
      ]}
    />
  );
}
