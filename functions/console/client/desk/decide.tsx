/** The last question before a decision: what it does, and why it is made. Enter sends it. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { DecisionBody, ReviewDetail } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { said } from "../parts/say.tsx";
import { sentence, t } from "../texts.ts";
import { reasonFor } from "./words.ts";

export type Action = DecisionBody["decision"];
const SHORTEST = 3, LONGEST = 500; // characters of a reason, as the API has it

interface DecideProps {
  readonly detail: ReviewDetail;
  readonly action: Action;
  readonly onClose: () => void;
  readonly onDecided: (body: DecisionBody) => void;
}

export function Decide({ detail, action, onClose, onDecided }: DecideProps) {
  const { review, effects, badges, attributes } = detail;
  const isJudged = review.kind === "verdict" || review.kind === "unjudged";
  const others = badges.filter(({ key }) => key !== detail.summary["badge"]);
  const [reason, setReason] = useState(reasonFor(review.kind, action));
  const [badge, setBadge] = useState(others[0]?.key ?? "");
  const [remedy, setRemedy] = useState<"reverse" | "release">(detail.entry?.hold === "waiting" ? "release" : "reverse");
  const [changed, setChanged] = useState<Readonly<Record<string, unknown>>>({});
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), []);
  const changes = action === "change";
  const asksRemedy = review.kind === "dispute" && action === "approve";
  const isReady = reason.trim().length >= SHORTEST && (!changes || (isJudged ? badge : Object.keys(changed).length));
  const send = () => {
    if (!isReady) return;
    onDecided({
      decision: action,
      reason: reason.trim(),
      ...(changes && isJudged ? { badge } : {}),
      ...(changes && !isJudged ? { attributes: changed } : {}),
      ...(asksRemedy ? { remedy } : {}),
    });
    onClose();
  };
  const effect = effects[action];
  return (
    <Dialog
      title={t(`action.${action}`)}
      confirm={t(`action.${action}`)}
      danger={action === "reject" || review.kind === "erasure"}
      onClose={onClose}
      onConfirm={() => Promise.resolve(send())}
    >
      {effect && <p>{said(effect)}</p>}
      {changes && isJudged && (
        <label>
          {t("decide.badge")}
          <select value={badge} onChange={(event) => setBadge(event.currentTarget.value)}>
            {others.map(({ key, name }) => (
              <option key={key} value={key}>
                {sentence(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {changes && !isJudged && <Attributes attributes={attributes} changed={changed} onChange={setChanged} />}
      {asksRemedy && detail.entry?.hold === "waiting" && (
        <label>
          {t("decide.remedy")}
          <select value={remedy} onChange={(event) => setRemedy(event.currentTarget.value as typeof remedy)}>
            <option value="release">{t("decide.release")}</option>
            <option value="reverse">{t("decide.reverse")}</option>
          </select>
        </label>
      )}
      <label>
        {t("decide.reason")}
        <textarea
          ref={field}
          required
          minLength={SHORTEST}
          maxLength={LONGEST}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </label>
      <p class="small soft">{review.kind === "dispute" ? t("decide.member_reads") : t("decide.audit_keeps")}</p>
      <p class="small soft">{t("decide.enter")}</p>
    </Dialog>
  );
}

interface AttributesProps {
  readonly attributes: ReviewDetail["attributes"];
  readonly changed: Readonly<Record<string, unknown>>;
  readonly onChange: (changed: Readonly<Record<string, unknown>>) => void;
}

/** What the event says, each value to be corrected; only what differs is sent. */
function Attributes({ attributes, changed, onChange }: AttributesProps) {
  const correct = (name: string, was: unknown, text: string) => {
    const value = typeof was === "number" ? Number(text) : typeof was === "boolean" ? text === "true" : text;
    const { [name]: _, ...others } = changed;
    onChange(value === was || (typeof value === "number" && !Number.isFinite(value)) ? others : { ...others, [name]: value });
  };
  return (
    <fieldset class="stack">
      <legend>{t("decide.attributes")}</legend>
      {Object.entries(attributes).map(([name, was]) => (
        <label key={name}>
          <code>{name}</code>
          {typeof was === "boolean" ? (
            <select
              value={String(changed[name] ?? was)}
              onChange={(event) => correct(name, was, event.currentTarget.value)}
            >
              <option value="true">{t("decide.true")}</option>
              <option value="false">{t("decide.false")}</option>
            </select>
          ) : (
            <input
              inputMode={typeof was === "number" ? "decimal" : "text"}
              value={String(changed[name] ?? was ?? "")}
              onInput={(event) => correct(name, was, event.currentTarget.value)}
            />
          )}
        </label>
      ))}
    </fieldset>
  );
}
