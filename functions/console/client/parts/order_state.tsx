/** Where an order stands, since when, by whom and when it is handed over, and what was written about it. */
import type { ListedOrder, MyOrder } from "../api.ts";
import { t } from "../texts.ts";

type Standing = Pick<MyOrder & ListedOrder, "state" | "reversed" | "since" | "owner" | "due_on"> &
  Partial<Pick<MyOrder & ListedOrder, "reason" | "overdue">>;

export function OrderState({ state, reversed, since, owner, due_on: dueOn, reason, overdue }: Standing) {
  const isSettled = reversed || state === "handed_over" || state === "refused";
  const standing = reversed && state !== "refused" ? t("order.reversed") : t(`order_state.${state}`);
  return (
    <div class="stack">
      <span class="row">
        {standing}
        {overdue && <span class="chip bad">{t("order.overdue")}</span>}
      </span>
      {since && <span class="small soft">{t("order.since", { day: since })}</span>}
      {dueOn && !isSettled && <span class="small soft">{t("order.due", { day: dueOn })}</span>}
      {owner && !isSettled && <span class="small soft">{t("order.owner", { owner })}</span>}
      {reason && <span class="small">{t("order.reason", { reason })}</span>}
    </div>
  );
}
