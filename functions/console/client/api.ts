/** The API's client: one function for every route, typed by our OpenAPI document. */
import type { Problem, Routes } from "ladder-api";
import { forget, token } from "./auth.ts";
import { language, languages, speak, t } from "./texts.ts";

export type * from "ladder-api";

/** What the API refused, or that it was not reached; the message is for the reader. */
export class Refused extends Error {
  constructor(
    readonly status: number, // 0: not reached
    message: string,
    readonly problem: Problem | null = null,
  ) {
    super(message);
  }
}

type Open<R extends keyof Routes> = Routes[R]["body"] extends undefined ? [] : [body: Routes[R]["body"]];

/** Ask a route, such as `GET /members/me/ledger`. Parameters fill its path; the others become its query. A file is a Blob. */
export async function ask<R extends keyof Routes>(
  route: R,
  parameters: Routes[R]["parameters"],
  ...[body]: Open<R>
): Promise<Routes[R]["answer"]> {
  const [method = "GET", template = ""] = route.split(" ");
  const query = new URLSearchParams();
  let path = template;
  for (const [name, value] of Object.entries(parameters as Record<string, string | number | undefined>)) {
    if (value === undefined) continue;
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
    else query.set(name, String(value));
  }
  const answer = await send(method, query.size ? `${path}?${query}` : path, body);
  follow(answer.headers.get("content-language"));
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  if (answer.ok) return (await (isJson ? answer.json() : answer.blob())) as Routes[R]["answer"];
  throw await refusal(answer);
}

/** Answers to a member come in the language of their settings: the pages follow it, on whatever device it was chosen. */
function follow(answered: string | null): void {
  const known = languages.find(({ key }) => key === answered)?.key;
  if (known && known !== language()) void speak(known, { chosen: true });
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const bearer = await token();
  if (!bearer) throw new Refused(401, t("error.signed_out"));
  const headers = {
    authorization: `Bearer ${bearer}`,
    "accept-language": language(),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  try {
    return await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new Refused(0, t("error.not_reached"));
  }
}

async function refusal(answer: Response): Promise<Refused> {
  if (answer.status === 401) {
    forget();
    return new Refused(401, t("error.signed_out"));
  }
  const problem = (await answer.json().catch(() => null)) as Problem | null;
  return new Refused(answer.status, problem?.detail ?? t("error.failed"), problem);
}
