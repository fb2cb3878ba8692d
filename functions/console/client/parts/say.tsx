/** What the API says in sentences: it has put them into the reader's language. */
import type { Message } from "../api.ts";
import { sentence } from "../texts.ts";

export function said(message: Message): string {
  return sentence(message.text ?? message.code);
}

/** Several sentences as a list; nothing where there are none. */
export function Sentences({ messages }: { messages: readonly Message[] }) {
  if (!messages.length) return null;
  return (
    <ul class="small">
      {messages.map((message) => (
        <li key={said(message)}>{said(message)}</li>
      ))}
    </ul>
  );
}
