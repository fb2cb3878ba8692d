/** Taking a badge along: the drawing and the picture have the signed credential in them, the third file is it alone. */
import { ask } from "../api.ts";
import { useAct } from "../parts/act.tsx";
import { download } from "../parts/download.ts";
import { t } from "../texts.ts";

const FILES = ["svg", "png", "jwt"] as const;

export function TakeAlong({ badge, name }: { badge: string; name: string }) {
  const { busy, act, outcome } = useAct();
  const take = async (suffix: (typeof FILES)[number]) =>
    download(`${badge}.${suffix}`, await ask(`GET /members/me/badges/{badge}/credential.${suffix}`, { badge }));
  return (
    <details>
      <summary aria-label={t("badges.take_named", { name })}>{t("badges.take")}</summary>
      <div class="stack">
        <p class="small soft">{t("badges.take_lead")}</p>
        <div class="row">
          {FILES.map((suffix) => (
            <button
              type="button"
              key={suffix}
              disabled={busy}
              aria-label={t("badges.file", { name, suffix })}
              onClick={() => void act(() => take(suffix), t("common.saved"))}
            >
              {suffix.toUpperCase()}
            </button>
          ))}
        </div>
        {outcome}
      </div>
    </details>
  );
}
