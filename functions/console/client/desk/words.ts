/** Words of the desk: how long something waits, who somebody is, and what reasons usually are. */
import type { ReviewSummary } from "../api.ts";
import { t } from "../texts.ts";
import type { Action } from "./decide.tsx";

export type Kind = ReviewSummary["kind"];
export type People = Readonly<Record<string, string>>;

export const KINDS: readonly Kind[] = [
  "verdict",
  "unjudged",
  "hold",
  "dispute",
  "miss_streak",
  "audit",
  "peer",
  "link",
  "badge",
  "publication",
  "erasure",
  "grant",
];
const ROUTINE: readonly Kind[] = ["verdict", "unjudged", "hold", "miss_streak", "audit", "badge"];
const HOURS_A_DAY = 24;

export function age(hours: number): string {
  if (hours < 1) return t("age.new");
  return hours < 2 * HOURS_A_DAY ? t("age.hours", { hours }) : t("age.days", { days: Math.floor(hours / HOURS_A_DAY) });
}

/** Return whose case it is; a version of the program, or an erased member, has no name. */
export function whose({ kind, name, about }: ReviewSummary): string {
  if (name) return name;
  if (kind === "publication") return t("desk.version", { version: about["version"] ?? "" });
  return kind === "badge" ? (about["badge"] ?? "") : t("desk.nobody");
}

export function person(subject: string | null, people: People, me: string): string {
  if (subject === null) return t("desk.nobody_yet");
  return subject === me ? t("desk.you") : (people[subject] ?? t("desk.somebody"));
}

/** Return the reason that usually applies, to be sent or written anew; none where a member reads it, or two must agree. */
export function reasonFor(kind: Kind, action: Action): string {
  if (action === "change" || !ROUTINE.includes(kind)) return "";
  return t(action === "approve" ? "decide.usual_approve" : "decide.usual_reject");
}
