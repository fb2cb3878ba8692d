/** My settings: the language, who may hear of what I reached, when I am left in peace, and what I want to be told. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ask, Refused } from "../api.ts";
import type { ChannelNamed, MySettings } from "../api.ts";
import { storeSettings } from "../my_settings.ts";
import { Page, Section } from "../parts/page.tsx";
import { languages, preferred, speak, t } from "../texts.ts";
import type { Language } from "../texts.ts";
import { useData } from "../use_data.ts";

const RECOGNITION = ["private", "team", "public", "none"] as const;
/** What a member may be told of, as the API names it. */
const OCCASIONS = [
  "challenge",
  "completed",
  "streak",
  "badge",
  "level",
  "path",
  "verdict",
  "order",
  "dispute",
  "confirm",
  "confirmed",
  "kudos",
  "well_done",
  "deadline",
  "session",
  "session_changed",
] as const;

export function Settings() {
  const loaded = useData(() => Promise.all([ask("GET /members/me/settings", {}), ask("GET /members/me", {})]));
  const [said, setSaid] = useState<Said | null>(null); // outlives the form, which is made anew when others changed it
  return (
    <Page title={t("settings.title")} lead={t("settings.lead")} loaded={loaded}>
      {([settings, { features }]) => (
        <Form
          key={settings.version}
          settings={settings}
          channels={features.channels}
          reload={loaded.reload}
          said={said}
          setSaid={setSaid}
        />
      )}
    </Page>
  );
}

interface Said {
  readonly refused: boolean;
  readonly text: string;
}

interface FormProps {
  readonly settings: MySettings;
  readonly channels: readonly ChannelNamed[]; // by which the program writes to members
  readonly reload: () => Promise<void>;
  readonly said: Said | null;
  readonly setSaid: (said: Said | null) => void;
}

function Form({ settings, channels, reload, said, setSaid }: FormProps) {
  const [chosen, setChosen] = useState(settings);
  const [begins, setBegins] = useState(settings.quiet_hours?.begins ?? "");
  const [ends, setEnds] = useState(settings.quiet_hours?.ends ?? "");
  const change = (part: Partial<MySettings>) => {
    setSaid(null);
    setChosen({ ...chosen, ...part });
  };
  const mute = (occasion: (typeof OCCASIONS)[number], told: boolean) =>
    change({ muted: told ? chosen.muted.filter((each) => each !== occasion) : [...chosen.muted, occasion] });
  const switchOff = (channel: string, on: boolean) =>
    change({ channels_off: on ? chosen.channels_off.filter((each) => each !== channel) : [...chosen.channels_off, channel] });
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      const stored = await storeSettings({ ...chosen, quiet_hours: begins && ends ? { begins, ends } : null });
      if (stored.language !== settings.language) {
        const language = stored.language as Language | null;
        await speak(language ?? preferred({ chosen: false }), { chosen: language !== null });
      }
      setChosen(stored);
      setSaid({ refused: false, text: t("settings.saved") });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setSaid({ refused: true, text: error.message });
      if (error.status === 409) await reload();
    }
  };
  return (
    <form class="settings" onSubmit={(event) => void send(event)}>
      <Section title={t("nav.language")} lead={t("settings.language_lead")}>
        <label>
          {t("settings.language")}
          <select value={chosen.language ?? ""} onChange={(event) => change({ language: event.currentTarget.value || null })}>
            <option value="">{t("settings.as_browser")}</option>
            {languages.map(({ key, name }) => (
              <option key={key} value={key} lang={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </Section>
      <Section title={t("settings.recognition")} lead={t("settings.recognition_lead")}>
        <Group label={t("settings.recognition")}>
          {RECOGNITION.map((each) => (
            <label class="check" key={each}>
              <input
                type="radio"
                name="recognition"
                checked={chosen.recognition === each}
                onChange={() => change({ recognition: each })}
              />
              <span>{t(`recognition.${each}`)}</span>
            </label>
          ))}
        </Group>
      </Section>
      <Section title={t("settings.quiet")} lead={t("settings.quiet_lead")}>
        <div class="row">
          <label>
            {t("settings.begins")}
            <input type="time" required={ends !== ""} value={begins} onInput={(event) => setBegins(event.currentTarget.value)} />
          </label>
          <label>
            {t("settings.ends")}
            <input type="time" required={begins !== ""} value={ends} onInput={(event) => setEnds(event.currentTarget.value)} />
          </label>
          <label>
            {t("settings.zone")}
            <select value={chosen.time_zone ?? ""} onChange={(event) => change({ time_zone: event.currentTarget.value || null })}>
              <option value="">{t("settings.as_program")}</option>
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll("_", " ")}
                </option>
              ))}
            </select>
          </label>
        </div>
      </Section>
      <Section title={t("settings.told")} lead={t("settings.told_lead")}>
        <Group label={t("settings.told")}>
          {OCCASIONS.map((occasion) => (
            <label class="check" key={occasion}>
              <input
                type="checkbox"
                checked={!chosen.muted.includes(occasion)}
                onChange={(event) => mute(occasion, event.currentTarget.checked)}
              />
              <span>{t(`occasion.${occasion}`)}</span>
            </label>
          ))}
        </Group>
      </Section>
      {channels.length > 0 && (
        <Section title={t("settings.channels")} lead={t("settings.channels_lead")}>
          <Group label={t("settings.channels")}>
            {channels.map(({ key, kind }) => (
              <label class="check" key={key}>
                <input
                  type="checkbox"
                  checked={!chosen.channels_off.includes(key)}
                  onChange={(event) => switchOff(key, event.currentTarget.checked)}
                />
                <span>{t("settings.channel", { kind, key })}</span>
              </label>
            ))}
          </Group>
        </Section>
      )}
      <div class="row">
        <button type="submit" class="first">
          {t("settings.save")}
        </button>
        <span role="status">{said && !said.refused && said.text}</span>
      </div>
      {said?.refused && (
        <p class="notice bad" role="alert">
          {said.text}
        </p>
      )}
    </form>
  );
}

function Group({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <fieldset>
      <legend class="hidden">{label}</legend>
      <div class="grid choices">{children}</div>
    </fieldset>
  );
}
