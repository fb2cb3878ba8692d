/** The pages of a member: their own, and nobody else's. */
export { AboutMe } from "./about_me.tsx";
export { Appointments } from "./appointments.tsx";
export { Badges } from "./badges.tsx";
export { Days } from "./days.tsx";
export { How } from "./how.tsx";
export { Ledger } from "./ledger.tsx";
export { Messages } from "./messages.tsx";
export { Rewards } from "./rewards.tsx";
export { Settings } from "./settings.tsx";
export { Today } from "./today.tsx";
