/** Single keys of the desk. They are silent while somebody writes or a dialog is open, and can be switched off. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts.ts";
import type { Code } from "../texts.ts";

export type Keys = Readonly<Record<string, () => void>>;

const OFF = "ladder.keys-off";
const SHOWN: readonly (readonly [string, Code])[] = [
  ["J", "key.next"],
  ["K", "key.previous"],
  ["Enter", "key.open"],
  ["A", "key.approve"],
  ["R", "key.reject"],
  ["C", "key.change"],
  ["M", "key.assign"],
  ["U", "key.back"],
  ["?", "key.help"],
];

export function useKeys(keys: Keys): void {
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const writing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog");
      if (writing || event.repeat || event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]"))
        return;
      if (localStorage.getItem(OFF) && event.key !== "?") return;
      const act = newest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** The keys, and a way to be without them: whoever speaks to their computer would press them by accident. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [off, setOff] = useState(Boolean(localStorage.getItem(OFF)));
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  const change = (silent: boolean) => {
    if (silent) localStorage.setItem(OFF, "off");
    else localStorage.removeItem(OFF);
    setOff(silent);
  };
  return (
    <dialog ref={dialog} aria-labelledby="keys" onClose={onClose}>
      <div>
        <h2 id="keys">{t("key.title")}</h2>
        <dl class="keys">
          {SHOWN.map(([key, code]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{t(code)}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input type="checkbox" checked={off} onChange={(event) => change(event.currentTarget.checked)} />
          <span>{t("key.off")}</span>
        </label>
        <div class="row">
          <button type="button" class="first" onClick={() => dialog.current?.close()}>
            {t("key.close")}
          </button>
        </div>
      </div>
    </dialog>
  );
}
