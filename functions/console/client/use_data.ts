/** Data of the API in a component: what was loaded, that it is loading, or why it was not. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "./api.ts";

export interface Loaded<T> {
  readonly data: T | null;
  readonly error: Refused | null;
  readonly loading: boolean;
  /** Load anew; what is shown stays until then. */
  readonly reload: () => Promise<void>;
}

/** Load what a page needs, anew where one of `inputs` changes. An answer that comes after a newer question is dropped. */
export function useData<T>(load: () => Promise<T>, inputs: readonly unknown[] = []): Loaded<T> {
  const [state, setState] = useState<Pick<Loaded<T>, "data" | "error" | "loading">>({
    data: null,
    error: null,
    loading: true,
  });
  const newest = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++newest.current;
    setState((before) => ({ ...before, loading: true, error: null }));
    try {
      const data = await load();
      if (mine === newest.current) setState({ data, error: null, loading: false });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mine === newest.current) setState((before) => ({ ...before, error, loading: false }));
    }
  }, inputs);
  useEffect(() => {
    void reload();
  }, [reload]);
  return { ...state, reload };
}
