/** The review desk: what waits for a person, and what they decide. */
export { Desk } from "./desk.tsx";
