/** The pages of a supervisor: their own teams, for help and recognition, never for a ranking. */
export { Members } from "./members.tsx";
export { Teams } from "./teams.tsx";
