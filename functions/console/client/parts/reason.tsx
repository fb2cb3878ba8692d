/** Why somebody of the staff does something: required, and kept in the audit. */
import { t } from "../texts.ts";

const SHORTEST = 3, LONGEST = 500; // characters, as the API has it

export function Reason({ value, onInput }: { value: string; onInput: (reason: string) => void }) {
  return (
    <label>
      {t("reason.why")}
      <textarea
        required
        minLength={SHORTEST}
        maxLength={LONGEST}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="small soft">{t("reason.audit")}</span>
    </label>
  );
}
