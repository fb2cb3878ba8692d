/** Before somebody decides for the first time, they say which member they are, or that they do not play. */
import { useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { StaffProfile } from "../api.ts";
import { Section } from "./page.tsx";
import { t } from "../texts.ts";

export function Declare({ me, reload }: { me: StaffProfile; reload: () => Promise<void> }) {
  const [plays, setPlays] = useState(false);
  const [user, setUser] = useState("");
  const [refused, setRefused] = useState("");
  const send = async () => {
    setRefused("");
    try {
      await ask("PUT /admin/programs/{program}/me", { program: me.program.key }, plays ? { user } : { plays: false });
      await reload();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
    }
  };
  return (
    <Section title={t("declare.title")} lead={t("declare.lead")}>
      <div class="notice warn">
        <div class="stack" role="radiogroup" aria-label={t("declare.title")}>
          <label class="check">
            <input type="radio" name="plays" checked={!plays} onChange={() => setPlays(false)} />
            <span>{t("declare.not_playing")}</span>
          </label>
          <label class="check">
            <input type="radio" name="plays" checked={plays} onChange={() => setPlays(true)} />
            <span>{t("declare.playing")}</span>
          </label>
        </div>
        {plays && (
          <label>
            {t("declare.user")}
            <input required value={user} onInput={(event) => setUser(event.currentTarget.value)} />
          </label>
        )}
        <p class="small soft">{t("declare.kept")}</p>
        {refused && (
          <p class="notice bad" role="alert">
            {refused}
          </p>
        )}
        <button type="button" class="first" disabled={plays && !user.trim()} onClick={() => void send()}>
          {t("declare.send")}
        </button>
      </div>
    </Section>
  );
}
