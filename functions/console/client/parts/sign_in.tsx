import { signIn } from "../auth.ts";
import { t } from "../texts.ts";

/** A button for each login; both come back to `path`. */
export function SignIn({ path }: { path: string }) {
  return (
    <div class="row">
      <button type="button" class="first" onClick={() => void signIn("members", path)}>
        {t("welcome.sign_in_member")}
      </button>
      <button type="button" onClick={() => void signIn("staff", path)}>
        {t("welcome.sign_in_staff")}
      </button>
    </div>
  );
}
