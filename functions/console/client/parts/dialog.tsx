/** A question that must be answered first: the browser's own dialog keeps the focus in it, and Escape closes it. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Refused } from "../api.ts";
import { t } from "../texts.ts";

interface DialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onClose: () => void;
  /** What is done on confirmation; the dialog closes after it, or says why it was refused. */
  readonly onConfirm: () => Promise<void>;
  readonly children: ComponentChildren;
}

export function Dialog({ title, confirm, danger = false, onClose, onConfirm, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  useEffect(() => {
    const opened = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    opened?.showModal();
    return () => {
      opened?.close();
      before?.focus(); // whoever opened it goes on where they were
    };
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefused("");
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.message);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onCancel={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>{title}</h2>
        {children}
        {refused && (
          <p class="notice bad" role="alert">
            {refused}
          </p>
        )}
        <div class="row">
          <button type="submit" class={danger ? "bad" : "first"} disabled={busy}>
            {confirm}
          </button>
          <button type="button" onClick={onClose}>
            {t("common.cancel")}
          </button>
        </div>
      </form>
    </dialog>
  );
}
