/** Thanks between colleagues: to whom, for what, how often, and those that I received. */
import { useRef, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { MyKudos } from "../api.ts";
import { useAct } from "../parts/act.tsx";
import { Empty, Section } from "../parts/page.tsx";
import { date, sentence, t } from "../texts.ts";

const LONGEST = 280; // characters, as the API has it

type Thanks = MyKudos & { reload: () => Promise<void> };

export function Kudos(mine: Thanks) {
  return (
    <>
      <Section title={t("kudos.title")} lead={t("kudos.lead", { left: mine.left_this_week })}>
        {mine.colleagues.length ? <Thank {...mine} /> : <Empty>{t("kudos.nobody")}</Empty>}
      </Section>
      <Section title={t("kudos.received")}>
        {!mine.received.length && <Empty>{t("kudos.none")}</Empty>}
        <div class="grid filled">
          {mine.received.map(({ name, value, text, at }) => (
            <article class="card" key={`${at} ${name}`}>
              <h3>{sentence(value)}</h3>
              {text && <p>{text}</p>}
              <p class="small soft">{`${sentence(name ?? t("order.nobody"))}, ${date(at)}`}</p>
            </article>
          ))}
        </div>
      </Section>
    </>
  );
}

function Thank({ values, colleagues, left_this_week: left, reload }: Thanks) {
  const id = useRef(crypto.randomUUID()); // sent twice, it is still one
  const [to, setTo] = useState("");
  const [value, setValue] = useState(Object.keys(values)[0] ?? "");
  const [text, setText] = useState("");
  const { busy, act, outcome } = useAct();
  const send = async () => {
    await ask("POST /members/me/kudos", {}, { kudos: id.current, to, value, text });
    id.current = crypto.randomUUID();
    setTo("");
    setText("");
    await reload();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void act(send, t("kudos.sent"));
  };
  return (
    <form class="stack" onSubmit={submit}>
      <div class="grid">
        <label>
          {t("kudos.to")}
          <select required value={to} onChange={(event) => setTo(event.currentTarget.value)}>
            <option value="">{t("kudos.choose")}</option>
            {colleagues.map(({ member, name, from_on: again }) => (
              <option key={member} value={member} disabled={again !== null}>
                {again ? t("kudos.again", { name, day: again }) : name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("kudos.value")}
          <select value={value} onChange={(event) => setValue(event.currentTarget.value)}>
            {Object.entries(values).map(([key, name]) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label>
        {t("kudos.text")}
        <textarea maxLength={LONGEST} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <span class="small soft">{t("kudos.read_by")}</span>
      </label>
      <div class="row">
        <button type="submit" class="first" disabled={busy || left < 1}>
          {t("kudos.send")}
        </button>
      </div>
      {outcome}
    </form>
  );
}
