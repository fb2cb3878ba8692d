/** What members of the program ordered, newest first, where each order stands, and the next step of it. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { ListedOrder, OrderPage } from "../api.ts";
import { identity } from "../auth.ts";
import { Act } from "../parts/act.tsx";
import { Declare } from "../parts/declare.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { download } from "../parts/download.ts";
import { OrderState } from "../parts/order_state.tsx";
import { Empty, Page } from "../parts/page.tsx";
import { Reason } from "../parts/reason.tsx";
import { Table } from "../parts/table.tsx";
import { Link } from "../router.tsx";
import { date, number, sentence, t } from "../texts.ts";
import { useData } from "../use_data.ts";

const STEPS = { placed: ["approve", "refuse"], approved: ["hand_over", "refuse"], handed_over: [], refused: [] } as const;
type Step = (typeof STEPS)[keyof typeof STEPS][number];
type Wanted = Readonly<{ step: Step; order: ListedOrder }>;

export function Orders() {
  const { program } = identity();
  const page = (before?: string) => ask("GET /programs/{program}/orders", { program, before });
  const loaded = useData(() => Promise.all([page(), ask("GET /me", {})]));
  return (
    <Page title={t("orders.title")} lead={t("orders.lead")} loaded={loaded}>
      {([first, me]) => (
        <>
          {!me.declared && <Declare me={me} reload={loaded.reload} />}
          {first.orders.length ? <List first={first} more={page} /> : <Empty>{t("orders.none")}</Empty>}
        </>
      )}
    </Page>
  );
}

function List({ first, more }: { first: OrderPage; more: (before: string) => Promise<OrderPage> }) {
  const { program } = identity();
  const [pages, setPages] = useState([first]);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const before = pages.at(-1)?.before ?? null;
  const next = async () => {
    if (before === null) return;
    const page = await more(before);
    setPages((known) => [...known, page]);
  };
  const decided = (order: ListedOrder) => {
    const changed = (known: ListedOrder) => (known.order === order.order && known.member === order.member ? order : known);
    setPages((known) => known.map((page) => ({ ...page, orders: page.orders.map(changed) })));
  };
  return (
    <section aria-label={t("orders.title")}>
      <Act
        label={t("orders.export")}
        done={t("common.saved")}
        onAct={async () => download("orders.csv", await ask("GET /programs/{program}/orders.csv", { program }))}
      />
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
          { title: t("order.state"), cell: (order) => <OrderState {...order} /> },
          { title: t("order.next"), cell: (order) => <Steps order={order} onStep={(step) => setWanted({ step, order })} /> },
        ]}
      />
      {before !== null && (
        <div class="row">
          <button type="button" onClick={() => void next()}>
            {t("orders.more")}
          </button>
        </div>
      )}
      {wanted && <StepDialog {...wanted} onClose={() => setWanted(null)} onDecided={decided} />}
    </section>
  );
}

function Steps({ order, onStep }: { order: ListedOrder; onStep: (step: Step) => void }) {
  const steps = order.reversed || !order.member_name ? [] : STEPS[order.state];
  if (!steps.length) return "–";
  return (
    <div class="row">
      {steps.map((step) => (
        <button
          type="button"
          key={step}
          class={step === "refuse" ? "bad" : ""}
          aria-label={`${t(`order_step.${step}`)}: ${order.name}, ${order.member_name}`}
          onClick={() => onStep(step)}
        >
          {t(`order_step.${step}`)}
        </button>
      ))}
    </div>
  );
}

function StepDialog({ step, order, onClose, onDecided }: Wanted & { onClose: () => void; onDecided: (order: ListedOrder) => void }) {
  const [reason, setReason] = useState("");
  const decide = async () => {
    const { program } = identity();
    const body = step === "refuse" ? { step, reason } : { step };
    const { state, since } = await ask(
      "POST /admin/programs/{program}/members/{member}/orders",
      { program, member: order.member },
      { order: order.order, ...body },
    );
    onDecided({ ...order, state, since, overdue: false });
  };
  return (
    <Dialog title={t(`order_title.${step}`, { name: order.name })} confirm={t(`order_step.${step}`)} danger={step === "refuse"} onClose={onClose} onConfirm={decide}>
      <p class="soft">{t(`order_lead.${step}`, { who: order.member_name ?? "" })}</p>
      {step === "refuse" && <Reason value={reason} onInput={setReason} />}
    </Dialog>
  );
}
