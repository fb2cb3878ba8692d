/** Addresses of the console: links change the page without loading it, and the browser's own back and forward work. */
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

export const HOME = "/console";
const Path = createContext("");

/** Return where the reader is, below the console: "" or "points". */
export function usePath(): string {
  return useContext(Path);
}

export function go(path: string): void {
  history.pushState(null, "", path ? `${HOME}/${path}` : HOME);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Return the path of the address, as it stands there; `segment` decodes a part of it. */
export function here(): string {
  return location.pathname.slice(HOME.length).replace(/^\/|\/$/g, "");
}

/** Return the text of a part of a path; one that says no text is left as it is, and leads to nothing. */
export function segment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function Router({ children }: { children: ComponentChildren }) {
  const [path, setPath] = useState(here());
  useEffect(() => {
    const move = () => {
      setPath(here());
      scrollTo(0, 0);
    };
    addEventListener("popstate", move);
    return () => removeEventListener("popstate", move);
  }, []);
  return <Path.Provider value={path}>{children}</Path.Provider>;
}

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly current?: boolean; // it leads to the page that is shown
  readonly review?: string; // the id of what it leads to, to find it by
  readonly children: ComponentChildren;
}

/** A link to a page of the console. A click with a modifier is the browser's, as on any link. */
export function Link({ to, class: style = "", current = false, review, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to ? `${HOME}/${to}` : HOME} class={style} aria-current={current ? "page" : undefined} data-review={review} onClick={follow}>
      {children}
    </a>
  );
}
