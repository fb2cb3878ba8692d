/** The console: signs the reader in, and shows the page of the address. */
import { render } from "preact";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Refused } from "./api.ts";
import { areasOf, find } from "./areas.ts";
import type { PageProps } from "./areas.ts";
import { comeBack, identity, signedIn, signOut } from "./auth.ts";
import { keepLanguage } from "./my_settings.ts";
import { Empty } from "./parts/page.tsx";
import { SignIn } from "./parts/sign_in.tsx";
import { here, HOME, Link, Router, usePath } from "./router.tsx";
import { language, languages, preferred, speak, SPOKEN, t } from "./texts.ts";
import type { Language } from "./texts.ts";
import "./style/index.css";

function Console() {
  const path = usePath();
  const { login, user, roles } = identity();
  const areas = areasOf(login, roles);
  const found = find(areas, path);
  return (
    <>
      <a class="skip" href="#main">
        {t("nav.skip")}
      </a>
      <header class="bar">
        <Link class="brand" to="">
          Ladder
        </Link>
        <nav aria-label={t("nav.pages")}>
          {areas.flatMap(({ pages }) =>
            pages
              .filter(({ hidden }) => !hidden)
              .map((page) => (
                <Link key={page.path} to={page.path} current={page === found?.page}>
                  {t(page.title)}
                </Link>
              )),
          )}
        </nav>
        <div class="who">
          <span>{user}</span>
          <button type="button" class="plain" onClick={() => void signOut()}>
            {t("nav.sign_out")}
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {found ? <Shown key={`${language()} ${found.page.path}`} found={found} /> : <NotFound />}
      </main>
      <footer class="foot">
        <span>{login === "staff" ? t("nav.staff") : t("nav.private")}</span>
        <label class="row">
          <span>{t("nav.language")}</span>
          <select value={language()} onChange={(event) => void choose(event.currentTarget.value as Language)}>
            {languages.map(({ key, name }) => (
              <option key={key} value={key} lang={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </footer>
    </>
  );
}

function Shown({ found }: { found: NonNullable<ReturnType<typeof find>> }) {
  const { area, page, rest } = found;
  const [Shown, setShown] = useState<ComponentType<PageProps> | null>(null);
  useEffect(() => {
    void area.load().then((components) => setShown(() => components[page.component] ?? null));
  }, [area, page]);
  return Shown ? <Shown rest={rest} /> : <div class="wait" aria-busy="true" />;
}

function NotFound() {
  return (
    <>
      <h1>{t("error.no_page")}</h1>
      <Empty>
        <Link to="">{t("error.to_start")}</Link>
      </Empty>
    </>
  );
}

/** Before anybody is signed in: what this is, and a button for each login. */
function Welcome({ failed, path }: { failed: boolean; path: string }) {
  return (
    <main id="main">
      <header>
        <h1>Ladder</h1>
        <p class="soft">{t("welcome.what")}</p>
      </header>
      {failed && (
        <p class="notice bad" role="alert">
          {t("error.sign_in")}
        </p>
      )}
      <SignIn path={path} />
      <p class="soft small">{t("welcome.private")}</p>
    </main>
  );
}

function App({ failed }: { failed: boolean }) {
  const [, setLanguage] = useState<Language>(language());
  useEffect(() => {
    const spoken = () => setLanguage(language());
    addEventListener(SPOKEN, spoken);
    return () => removeEventListener(SPOKEN, spoken);
  }, []);
  return <Router>{signedIn() ? <Console /> : <Welcome failed={failed} path={here()} />}</Router>;
}

/** Speak another language from now on; a member's is kept with their settings, as what the API says comes in it. */
async function choose(chosen: Language): Promise<void> {
  try {
    if (identity().login === "members") await keepLanguage(chosen);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // the pages speak it at least until they are read anew
  }
  await speak(chosen, { chosen: true });
}

async function start(): Promise<void> {
  await speak(preferred());
  let failed = false;
  if (here() === "signed-in") {
    const path = await comeBack(new URLSearchParams(location.search));
    failed = path === null;
    history.replaceState(null, "", path ? `${HOME}/${path}` : HOME);
  }
  const root = document.getElementById("app");
  if (root) render(<App failed={failed} />, root);
}

void start();
