/** The pages' texts: a catalogue a language, in the ICU patterns of the API's own; numbers and dates are those of Intl. */
import type english from "../messages/en.json";

type Catalogue = typeof english;
export type Code = { [S in keyof Catalogue & string]: `${S}.${keyof Catalogue[S] & string}` }[keyof Catalogue & string];
export type Parameters = Readonly<Record<string, string | number>>;
type Part = string | null | Argument; // null: the number of the plural around it
interface Argument {
  readonly name: string;
  readonly kind: string;
  readonly style: string;
  readonly options: ReadonlyMap<string, readonly Part[]>;
}

/** A language: its name in itself, the locale of its numbers and dates, and where its texts are. */
const LANGUAGES = {
  en: { name: "English", locale: "en-GB", load: () => import("../messages/en.json") },
  de: { name: "Deutsch", locale: "de-DE", load: () => import("../messages/de.json") },
} as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "ladder.language";
const DATES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { day: "2-digit", month: "2-digit", year: "numeric" },
  long: { day: "numeric", month: "long", year: "numeric" },
  day: { weekday: "long", day: "numeric", month: "long" },
  dated: { weekday: "short", day: "numeric", month: "short" },
  tiny: { day: "numeric", month: "short" },
  month: { month: "long", year: "numeric" },
  weekday: { weekday: "short" },
};
const TOKEN = /''|'[{}#][^']*'|[{}#]|[^'{}#]+|'/y;
const HEAD = /\s*(\w+)\s*(?:,\s*(number|date|plural|select)\s*(?:,\s*)?)?/y;
const OPTION = /\s*(=?\w+)\s*/y;

let patterns: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
let current: Language = "en";
const parsed = new Map<string, readonly Part[]>();

export const languages = Object.entries(LANGUAGES).map(([key, { name }]) => ({ key: key as Language, name }));

/** Return the language that the reader has chosen in this browser, else the first of the browser's own that there is. */
export function preferred({ chosen = true } = {}): Language {
  const kept = chosen ? localStorage.getItem(KEPT) : null;
  const wanted = [kept ?? "", ...navigator.languages].map((tag) => tag.split("-")[0] ?? "");
  return (wanted.find((tag) => tag in LANGUAGES) as Language | undefined) ?? "en";
}

/** Tells the window that the pages speak another language from now on. */
export const SPOKEN = "ladder.spoken";

/** Load a language. `chosen`: whether the browser remembers it, or forgets what it remembered; left out, neither. */
export async function speak(language: Language, { chosen }: { readonly chosen?: boolean } = {}): Promise<void> {
  patterns = (await LANGUAGES[language].load()).default;
  current = language;
  parsed.clear();
  document.documentElement.lang = language;
  if (chosen) localStorage.setItem(KEPT, language);
  else if (chosen === false) localStorage.removeItem(KEPT);
  dispatchEvent(new Event(SPOKEN));
}

export function language(): Language {
  return current;
}

/** Return the text of a code. */
export function t(code: Code, parameters: Parameters = {}): string {
  let pattern = parsed.get(code);
  if (!pattern) {
    const [subject = "", name = ""] = code.split(".");
    pattern = parse(patterns[subject]?.[name] ?? code);
    parsed.set(code, pattern);
  }
  return fill(pattern, parameters, "");
}

export function number(value: number): string {
  return new Intl.NumberFormat(LANGUAGES[current].locale, { maximumFractionDigits: 2 }).format(value);
}

/** Return a value with its unit: "245 s", "62 %". */
export function quantity(value: number, unit: string): string {
  return unit ? `${number(value)}\u00a0${unit}` : number(value);
}

/** Return a date. `day`: an ISO date, which has no time zone, or a moment, which is shown in the reader's. */
export function date(day: string, style: keyof typeof DATES = "long"): string {
  const moment = day.length === 10 ? new Date(`${day}T12:00:00Z`) : new Date(day);
  const zone = day.length === 10 ? { timeZone: "UTC" } : {};
  return new Intl.DateTimeFormat(LANGUAGES[current].locale, { ...DATES[style], ...zone }).format(moment);
}

export function time(moment: string): string {
  const style = { hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(LANGUAGES[current].locale, style).format(new Date(moment));
}

/** Return a sentence that begins with a capital letter: names of a program may begin with a small one. */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase(current) + text.slice(1);
}

function fill(pattern: readonly Part[], parameters: Parameters, count: string): string {
  return pattern
    .map((part) => (part === null ? count : typeof part === "string" ? part : argument(part, parameters, count)))
    .join("");
}

function argument(part: Argument, parameters: Parameters, count: string): string {
  const value = parameters[part.name] ?? "";
  switch (part.kind) {
    case "date":
      return date(String(value), part.style);
    case "select":
      return fill(part.options.get(String(value)) ?? part.options.get("other") ?? [], parameters, count);
    case "plural": {
      const form = new Intl.PluralRules(current).select(Number(value));
      const option = part.options.get(`=${value}`) ?? part.options.get(form) ?? part.options.get("other") ?? [];
      return fill(option, parameters, number(Number(value)));
    }
    default:
      return typeof value === "number" ? number(value) : value;
  }
}

function parse(text: string): readonly Part[] {
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match) at = expression.lastIndex;
    return match;
  };
  const parts = (inPlural: boolean): Part[] => {
    const found: Part[] = [];
    while (at < text.length && text[at] !== "}") {
      const token = take(TOKEN)?.[0] ?? "";
      if (token === "{") found.push(named());
      else if (token === "#" && inPlural) found.push(null);
      else if (token === "''") found.push("'");
      else found.push(token.length > 1 && token.startsWith("'") ? token.slice(1, -1) : token);
    }
    return found;
  };
  const named = (): Argument => {
    const [, name = "", kind = "text"] = take(HEAD) ?? [];
    const options = new Map<string, readonly Part[]>();
    let style = "";
    while (at < text.length && text[at] !== "}") {
      const option = take(OPTION)?.[1] ?? "";
      if (text[at] === "{") {
        at += 1;
        options.set(option, parts(kind === "plural"));
        at += 1;
      } else style = option;
    }
    at += 1;
    return { name, kind, style, options };
  };
  return parts(false);
}
