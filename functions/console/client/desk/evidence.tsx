/** What was judged, with the quotes that speak for it marked where they stand. */
import { t } from "../texts.ts";

interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** Cut a text where quotes begin and end. White space and capitals of a quote may differ; quotes may overlap. */
export function pieces(text: string, quotes: readonly string[]): { pieces: readonly Piece[]; missing: readonly string[] } {
  const marked = new Uint8Array(text.length);
  const missing = quotes.filter((quote) => {
    const words = quote.trim().split(/\s+/).map(escaped).filter(Boolean);
    if (!words.length) return false;
    const found = [...text.matchAll(new RegExp(words.join("\\s+"), "giu"))];
    for (const { index, 0: hit } of found) marked.fill(1, index, index + hit.length);
    return !found.length;
  });
  const cut: Piece[] = [];
  let start = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (at < text.length && marked[at] === marked[start]) continue;
    cut.push({ text: text.slice(start, at), marked: marked[start] === 1 });
    start = at;
  }
  return { pieces: cut, missing };
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

export function JudgedText({ text, quotes }: { text: string; quotes: readonly string[] }) {
  const { pieces: cut, missing } = pieces(text, quotes);
  return (
    <>
      <blockquote class="written">
        {cut.map((piece, index) => (piece.marked ? <mark key={index}>{piece.text}</mark> : piece.text))}
      </blockquote>
      {missing.length > 0 && (
        <div class="notice warn">
          <p>{t("desk.quotes_missing", { count: missing.length })}</p>
          <ul class="small">
            {missing.map((quote) => (
              <li key={quote}>{quote}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
