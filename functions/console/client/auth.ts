/**
 * Sign in by an authorization code and its proof (PKCE, RFC 7636). The tokens are in memory and, so that reloading a page
 * signs nobody out, in the storage of this tab, which ends with it.
 */

/** Members and staff have logins of their own: a second factor is required of staff. */
export type Login = "members" | "staff";

interface Tokens {
  readonly login: Login;
  readonly id: string;
  readonly refresh: string;
  readonly expires: number; // in milliseconds, by this machine's clock
}
type Configuration = Readonly<
  Record<
    Login,
    {
      readonly loginUrl: string; // "": this origin
      readonly clientId: string;
    }
  >
>;
/** What a page shows of who is signed in; the API decides what they may do. */
export interface Identity {
  readonly login: Login;
  readonly user: string;
  readonly program: string;
  readonly roles: readonly string[];
}

const TOKENS = "ladder.tokens";
const PENDING = "ladder.sign-in";
const EARLY = 60_000; // a token is refreshed before a request could find it expired
const HOME = "/console";

let tokens: Tokens | null = read(TOKENS);
let refreshing: Promise<string | null> | null = null;

export function signedIn(): boolean {
  return tokens !== null;
}

export function identity(): Identity {
  const claims = tokens ? payload(tokens.id) : {};
  return {
    login: tokens?.login ?? "members",
    user: String(claims["cognito:username"] ?? ""),
    program: String(claims["custom:program"] ?? ""),
    roles: (claims["cognito:groups"] as string[] | undefined) ?? [],
  };
}

/** Return a valid id token, refreshed where it ends soon; null where somebody must sign in anew. */
export async function token(): Promise<string | null> {
  if (tokens && Date.now() < tokens.expires - EARLY) return tokens.id;
  refreshing ??= refresh().finally(() => (refreshing = null)); // a refresh token serves once, and many may ask at a time
  return refreshing;
}

/** Leave for the login's page; it comes back to `signed-in`, and from there to `path`. */
export async function signIn(login: Login, path: string): Promise<void> {
  const verifier = random(), state = random();
  sessionStorage.setItem(PENDING, JSON.stringify({ login, verifier, state, path }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  leave(login, "/oauth2/authorize", {
    response_type: "code",
    redirect_uri: `${location.origin}${HOME}/signed-in`,
    scope: "openid profile",
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
    lang: document.documentElement.lang,
  });
}

/** Take the code that the login's page came back with, and return where the reader wanted to go; null where it is none. */
export async function comeBack(query: URLSearchParams): Promise<string | null> {
  const pending = read<{ login: Login; verifier: string; state: string; path: string }>(PENDING);
  const code = query.get("code");
  sessionStorage.removeItem(PENDING);
  if (!pending || !code || query.get("state") !== pending.state) return null;
  const granted = await grant(pending.login, {
    grant_type: "authorization_code",
    code,
    redirect_uri: `${location.origin}${HOME}/signed-in`,
    code_verifier: pending.verifier,
  });
  return granted ? pending.path : null;
}

/** Forget the tokens, end them where the login can, and leave the login, too. */
export async function signOut(): Promise<void> {
  const ended = tokens;
  forget();
  if (!ended) return;
  const { loginUrl, clientId } = configuration()[ended.login];
  const body = new URLSearchParams({ token: ended.refresh, client_id: clientId });
  await fetch(`${loginUrl}/oauth2/revoke`, { method: "POST", body }).catch(() => undefined);
  leave(ended.login, "/logout", { logout_uri: `${location.origin}${HOME}` });
}

export function forget(): void {
  tokens = null;
  sessionStorage.removeItem(TOKENS);
}

async function refresh(): Promise<string | null> {
  const held = tokens;
  if (!held) return null;
  const granted = await grant(held.login, { grant_type: "refresh_token", refresh_token: held.refresh }, held.refresh);
  if (!granted) forget();
  return tokens?.id ?? null;
}

/** Ask the login for tokens, and keep them. `kept`: the refresh token that stays where none comes with them. */
async function grant(login: Login, body: Record<string, string>, kept = ""): Promise<boolean> {
  const { loginUrl, clientId } = configuration()[login];
  const asked = new URLSearchParams({ ...body, client_id: clientId });
  const answer = await fetch(`${loginUrl}/oauth2/token`, { method: "POST", body: asked }).catch(() => null);
  if (!answer?.ok) return false;
  const given = (await answer.json()) as { id_token: string; refresh_token?: string; expires_in: number };
  tokens = {
    login,
    id: given.id_token,
    refresh: given.refresh_token ?? kept,
    expires: Date.now() + given.expires_in * 1000,
  };
  sessionStorage.setItem(TOKENS, JSON.stringify(tokens));
  return true;
}

function leave(login: Login, path: string, query: Record<string, string>): void {
  const { loginUrl, clientId } = configuration()[login];
  location.assign(`${loginUrl}${path}?${new URLSearchParams({ ...query, client_id: clientId })}`);
}

function configuration(): Configuration {
  return JSON.parse(document.querySelector<HTMLMetaElement>('meta[name="ladder"]')?.content ?? "{}") as Configuration;
}

function payload(jwt: string): Record<string, unknown> {
  const text = (jwt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

function read<T>(key: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
