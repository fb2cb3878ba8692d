/** A decision that waits a moment before it is sent, in which it can be taken back: what the API has, stays. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import { identity } from "../auth.ts";
import type { DecisionBody, ReviewSummary } from "../api.ts";

export const DELAY = 8_000; // milliseconds

export interface Decided {
  readonly review: ReviewSummary;
  readonly body: DecisionBody;
}
export interface Failed extends Decided {
  readonly why: string;
}
export interface Outbox {
  readonly waiting: Decided | null;
  readonly sent: Decided | null;
  readonly failed: Failed | null;
  readonly put: (decided: Decided) => void; // sends the one before at once
  readonly send: () => Promise<void>;
  readonly takeBack: () => Decided | null;
}

/** Send a decision: what changes the program itself is published. */
function decide({ review, body }: Decided) {
  if (review.kind !== "publication" && review.kind !== "badge")
    return ask("POST /admin/reviews/{review}/decision", { review: review.id }, body);
  const { program } = identity();
  return ask("POST /admin/programs/{program}/reviews/{review}/decision", { program, review: review.id }, body);
}

export function useOutbox(onSent: () => void): Outbox {
  const [state, setState] = useState<Pick<Outbox, "waiting" | "sent" | "failed">>({ waiting: null, sent: null, failed: null });
  const waiting = useRef<Decided | null>(null);
  const timer = useRef(0);
  const send = async () => {
    clearTimeout(timer.current);
    const decided = waiting.current;
    if (!decided) return;
    waiting.current = null;
    try {
      await decide(decided);
      setState((before) => ({ ...before, sent: decided, waiting: waiting.current }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setState((before) => ({ ...before, failed: { ...decided, why: error.message }, waiting: waiting.current }));
    }
    onSent();
  };
  const put = (decided: Decided) => {
    void send();
    waiting.current = decided;
    setState({ waiting: decided, sent: null, failed: null });
    timer.current = setTimeout(() => void send(), DELAY);
  };
  const takeBack = () => {
    clearTimeout(timer.current);
    const taken = waiting.current;
    waiting.current = null;
    setState({ waiting: null, sent: null, failed: null });
    return taken;
  };
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => {
      if (waiting.current) event.preventDefault(); // the browser asks whether to leave with a decision that is not sent
    };
    addEventListener("beforeunload", leave);
    return () => {
      removeEventListener("beforeunload", leave);
      void send();
    };
  }, []);
  return { ...state, put, send, takeBack };
}
