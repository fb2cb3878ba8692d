export { Audit } from "./audit.tsx";
export { Enrol } from "./enrol.tsx";
export { Nights } from "./nights.tsx";
export { Orders } from "./orders.tsx";
export { Outbox } from "./outbox.tsx";
export { Person } from "./person.tsx";
export { Rules } from "./rules.tsx";
