/** The catalogue: what points can be spent on, and ordering it. */
import { useRef, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { Catalogue, MyOrder, Offer, Ordered } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { OrderState } from "../parts/order_state.tsx";
import { Empty, Page, Section } from "../parts/page.tsx";
import { said, Sentences } from "../parts/say.tsx";
import { Table } from "../parts/table.tsx";
import { Tile } from "../parts/tile.tsx";
import { date, number, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

export function Rewards() {
  const loaded = useData(() => Promise.all([ask("GET /members/me/catalogue", {}), ask("GET /members/me/orders", {})]));
  return (
    <Page title={t("rewards.title")} lead={t("rewards.lead")} loaded={loaded}>
      {([catalogue, { orders }]) => (
        <>
          <Offers {...catalogue} reload={loaded.reload} />
          {(catalogue.items.length > 0 || orders.length > 0) && <MyOrders orders={orders} />}
        </>
      )}
    </Page>
  );
}

function Offers({ spendable, items, reload }: Catalogue & { reload: () => Promise<void> }) {
  const [wanted, setWanted] = useState<Offer | null>(null);
  const [placed, setPlaced] = useState<Ordered | null>(null);
  return (
    <Section title={t("rewards.offers")}>
      <div class="tiles">
        <Tile value={number(spendable)} label={t("today.to_spend")} />
      </div>
      {placed && (
        <div class="notice" role="status">
          <Sentences messages={placed.messages} />
        </div>
      )}
      {!items.length && <Empty>{t("rewards.empty")}</Empty>}
      <div class="grid">
        {items.map((item) => (
          <article class="card" key={item.key}>
            <div class="row spread">
              <h3>{sentence(item.name)}</h3>
              <span class="chip">{t(`offer.${item.kind}`)}</span>
            </div>
            <p class="target">{t("common.points", { points: item.price })}</p>
            {item.remaining !== null && <p class="small soft">{t("rewards.left", { count: item.remaining })}</p>}
            {item.refusal ? (
              <p class="small">{said(item.refusal)}</p>
            ) : (
              <div class="row">
                <button
                  type="button"
                  aria-label={`${t("rewards.order")}: ${item.name}`}
                  onClick={() => setWanted(item)}
                >
                  {t("rewards.order")}
                </button>
              </div>
            )}
          </article>
        ))}
      </div>
      {wanted && (
        <OrderDialog
          item={wanted}
          spendable={spendable}
          onClose={() => setWanted(null)}
          onPlaced={async (ordered) => {
            setPlaced(ordered);
            await reload();
          }}
        />
      )}
    </Section>
  );
}

function MyOrders({ orders }: { orders: readonly MyOrder[] }) {
  return (
    <Section title={t("rewards.orders")}>
      {!orders.length && <Empty>{t("rewards.no_orders")}</Empty>}
      {orders.length > 0 && (
        <Table
          caption={t("rewards.orders")}
          hideCaption
          rows={orders}
          columns={[
            { title: t("order.placed"), cell: ({ placed_at: at }) => date(at) },
            { title: t("order.item"), cell: ({ name }) => sentence(name) },
            { title: t("order.price"), number: true, cell: ({ price }) => number(price) },
            { title: t("order.state"), cell: (order) => <OrderState {...order} /> },
          ]}
        />
      )}
    </Section>
  );
}

interface OrderProps {
  readonly item: Offer;
  readonly spendable: number;
  readonly onClose: () => void;
  readonly onPlaced: (ordered: Ordered) => Promise<void>;
}

function OrderDialog({ item, spendable, onClose, onPlaced }: OrderProps) {
  const order = useRef(crypto.randomUUID()); // confirmed twice, it is still one order
  const place = async () => {
    await onPlaced(await ask("POST /members/me/orders", {}, { order: order.current, item: item.key }));
  };
  return (
    <Dialog title={t("rewards.confirm", { name: item.name })} confirm={t("rewards.order")} onClose={onClose} onConfirm={place}>
      <p>{t("rewards.cost", { price: item.price, left: spendable - item.price })}</p>
    </Dialog>
  );
}
