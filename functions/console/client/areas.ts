/** The pages that there are. An area is loaded when somebody opens one of its pages, or may. */
import type { ComponentType } from "preact";
import type { Login } from "./auth.ts";
import type { Code } from "./texts.ts";

/** `rest`: what stands in the address after the page's own path. */
export interface PageProps {
  readonly rest: string;
}
export interface PageEntry {
  readonly path: string;
  readonly title: Code;
  readonly component: string; // exported by the area's index
  readonly hidden?: boolean; // reached by a link, not by the navigation
}
export interface Area {
  readonly key: string;
  readonly login: Login;
  readonly roles: readonly string[]; // one of these; none: everybody of the login
  readonly pages: readonly PageEntry[];
  readonly load: () => Promise<Readonly<Record<string, ComponentType<PageProps>>>>;
}

export const AREAS: readonly Area[] = [
  {
    key: "member",
    login: "members",
    roles: [],
    load: () => import("./member/index.ts"),
    pages: [
      { path: "", title: "nav.today", component: "Today" },
      { path: "days", title: "nav.days", component: "Days" },
      { path: "points", title: "nav.points", component: "Ledger" },
      { path: "badges", title: "nav.badges", component: "Badges" },
      { path: "rewards", title: "nav.rewards", component: "Rewards" },
      { path: "messages", title: "nav.messages", component: "Messages" },
      { path: "me", title: "nav.me", component: "AboutMe" },
      { path: "settings", title: "nav.settings", component: "Settings" },
      { path: "appointments", title: "appointments.title", component: "Appointments", hidden: true },
      { path: "how", title: "nav.how", component: "How", hidden: true },
    ],
  },
  {
    key: "program",
    login: "staff",
    roles: ["admin"],
    load: () => import("./program/index.ts"),
    pages: [
      { path: "rules", title: "nav.rules", component: "Rules" },
      { path: "orders", title: "nav.orders", component: "Orders" },
      { path: "outbox", title: "nav.outbox", component: "Outbox" },
      { path: "audit", title: "nav.audit", component: "Audit" },
      { path: "enrol", title: "enrol.title", component: "Enrol", hidden: true },
      { path: "people", title: "coaching.title", component: "Person", hidden: true },
    ],
  },
  {
    key: "desk",
    login: "staff",
    roles: ["viewer", "reviewer", "admin"],
    load: () => import("./desk/index.ts"),
    pages: [{ path: "desk", title: "nav.desk", component: "Desk" }],
  },
  {
    key: "nights",
    login: "staff",
    roles: ["viewer", "reviewer", "admin"],
    load: () => import("./program/index.ts"),
    pages: [{ path: "nights", title: "nav.nights", component: "Nights" }],
  },
  {
    key: "supervisor",
    login: "staff",
    roles: ["supervisor", "admin"],
    load: () => import("./supervisor/index.ts"),
    pages: [
      { path: "teams", title: "nav.teams", component: "Teams" },
      { path: "members", title: "nav.members", component: "Members" },
    ],
  },
];

/** Return the areas that somebody of a login has with these roles. */
export function areasOf(login: Login, roles: readonly string[]): readonly Area[] {
  return AREAS.filter(
    (area) => area.login === login && (!area.roles.length || area.roles.some((role) => roles.includes(role))),
  );
}

/** Return the page of a path, with its area and what is left of the path; "" is the first one. Null where there is none. */
export function find(areas: readonly Area[], path: string): { area: Area; page: PageEntry; rest: string } | null {
  const pages = areas.flatMap((area) => area.pages.map((page) => ({ area, page })));
  const exact = pages.find(({ page }) => page.path === path);
  const start = exact ?? (path === "" ? pages[0] : undefined);
  if (start) return { ...start, rest: "" };
  const longest = pages
    .filter(({ page }) => page.path && path.startsWith(`${page.path}/`))
    .sort((one, other) => other.page.path.length - one.page.path.length)[0];
  return longest ? { ...longest, rest: path.slice(longest.page.path.length + 1) } : null;
}
