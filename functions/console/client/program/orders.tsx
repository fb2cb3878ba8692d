/** What members of the program ordered, newest first, and where each order stands. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { OrderPage } from "../api.ts";
import { identity } from "../auth.ts";
import { Empty, Page } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, number, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

export function Orders() {
  const { program } = identity();
  const page = (before?: string) => ask("GET /programs/{program}/orders", { program, before });
  const loaded = useData(() => page());
  return (
    <Page title={t("orders.title")} lead={t("orders.lead")} loaded={loaded}>
      {(first) => (first.orders.length ? <List first={first} more={page} /> : <Empty>{t("orders.none")}</Empty>)}
    </Page>
  );
}

function List({ first, more }: { first: OrderPage; more: (before: string) => Promise<OrderPage> }) {
  const [pages, setPages] = useState([first]);
  const before = pages.at(-1)?.before ?? null;
  const next = async () => {
    if (before === null) return;
    const page = await more(before);
    setPages((known) => [...known, page]);
  };
  return (
    <section aria-label={t("orders.title")}>
      <Table
        caption={t("orders.title")}
        hideCaption
        rows={pages.flatMap(({ orders }) => orders)}
        columns={[
          { title: t("order.placed"), cell: ({ placed_at: at }) => date(at, "short") },
          {
            title: t("order.who"),
            cell: ({ member, member_name: name }) => (name ? <Link to={`people/${member}`}>{name}</Link> : t("order.nobody")),
          },
          { title: t("roster.team"), cell: ({ team }) => team ?? "–" },
          { title: t("order.item"), cell: ({ name }) => sentence(name) },
          { title: t("order.price"), number: true, cell: ({ price }) => number(price) },
          { title: t("order.state"), cell: ({ reversed }) => t(reversed ? "order.reversed" : "order.open") },
        ]}
      />
      {before !== null && (
        <div class="row">
          <button type="button" onClick={() => void next()}>
            {t("orders.more")}
          </button>
        </div>
      )}
    </section>
  );
}
