/** What another admin has to confirm before it holds. */
import type { Waiting } from "../api.ts";
import { Link } from "../router.tsx";
import { t } from "../texts.ts";

export function Waits({ waiting }: { waiting: Pick<Waiting, "review"> & Partial<Waiting> }) {
  return (
    <div class="notice warn" role="status">
      <p>{t("waits.title")}</p>
      {waiting.waits_for && <p class="small">{t("waits.who", { count: waiting.waits_for.length })}</p>}
      <Link to={`desk/${waiting.review}`}>{t("waits.open")}</Link>
    </div>
  );
}
