/** A text with the numbers of its lines; lines with problems are marked, and one can be gone to. */
import type { RefObject } from "preact";
import { useImperativeHandle, useRef } from "preact/hooks";

export interface EditorControl {
  /** Select a line, in sight. */
  readonly goTo: (line: number) => void;
  /** Select a text in the next line that holds it, from the caret on and then from the start; return whether one does. */
  readonly find: (text: string) => boolean;
}

interface EditorProps {
  readonly label: string;
  readonly text: string;
  readonly marked: ReadonlySet<number>;
  readonly control: RefObject<EditorControl | null>;
  readonly onInput: (text: string) => void;
}

export function Editor({ label, text, marked, control, onInput }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null), frame = useRef<HTMLDivElement>(null);
  const lines = text.split("\n");
  useImperativeHandle(control, () => {
    const goTo = (line: number, wanted = lines[line - 1] ?? "") => {
      const written = area.current, around = frame.current;
      if (!written || !around) return;
      const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      const start = before + Math.max((lines[line - 1] ?? "").toLowerCase().indexOf(wanted.toLowerCase()), 0);
      written.focus({ preventScroll: true });
      written.setSelectionRange(start, start + wanted.length);
      around.scrollIntoView({ block: "nearest" });
      around.scrollTop = Math.max((line - 4) * (written.scrollHeight / lines.length), 0);
    };
    const find = (wanted: string) => {
      const caret = area.current?.selectionEnd ?? 0;
      const holds = lines.flatMap((line, at) => (line.toLowerCase().includes(wanted.toLowerCase()) ? [at + 1] : []));
      const here = text.slice(0, caret).split("\n").length;
      const next = holds.find((line) => line > here) ?? holds[0];
      if (next) goTo(next, wanted);
      return next !== undefined;
    };
    return { goTo, find };
  }, [text]);
  return (
    <div class="editor" ref={frame}>
      <div class="lines" aria-hidden="true">
        {lines.map((_, index) => (
          <span key={index} class={marked.has(index + 1) ? "wrong" : ""}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label={label}
        rows={lines.length}
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        value={text}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}
