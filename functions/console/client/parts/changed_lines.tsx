/** Lines of files that changed, each with its sign; a colour says no more than the sign does. */
import type { ChangedLine } from "../api.ts";
import { t } from "../texts.ts";

const STYLES = { "+": "added", "-": "removed", " ": "", "@": "gap" } as const;

export function ChangedLines({ lines, label }: { lines: readonly ChangedLine[]; label: string }) {
  const files = [...new Set(lines.map(({ file }) => file))];
  return files.map((file) => (
    <div class="stack" key={file}>
      <p class="small">
        <code>{file}</code>
      </p>
      <div class="code scroll" role="group" aria-label={`${label}: ${file}`} tabIndex={0}>
        {lines
          .filter((line) => line.file === file)
          .map(({ sign, text }, index) => (
            <div key={index} class={STYLES[sign]}>
              {sign === "@" ? (
                <span aria-hidden="true">⋯</span>
              ) : (
                <>
                  <span class="sign" aria-hidden="true">
                    {sign}
                  </span>
                  {sign === "+" && <span class="hidden">{`${t("diff.added")} `}</span>}
                  {sign === "-" && <span class="hidden">{`${t("diff.removed")} `}</span>}
                  {text}
                </>
              )}
            </div>
          ))}
      </div>
    </div>
  ));
}
