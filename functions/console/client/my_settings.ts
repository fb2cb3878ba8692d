/** A member's settings: they are kept by the API, so they hold on every device. */
import { ask } from "./api.ts";
import type { MySettings } from "./api.ts";
import type { Language } from "./texts.ts";

/** Store what is chosen, all at once; the version that was read goes with it, so that no other change is lost. */
export function storeSettings({ version, changed_at: _, ...chosen }: MySettings): Promise<MySettings> {
  return ask("PUT /members/me/settings", {}, {
    ...chosen,
    muted: [...chosen.muted],
    channels_off: [...chosen.channels_off],
    after: version,
  });
}

/** Store a language; the API answers in it from then on, whatever a browser asks for. */
export async function keepLanguage(language: Language): Promise<void> {
  await storeSettings({ ...(await ask("GET /members/me/settings", {})), language });
}
