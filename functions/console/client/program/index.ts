export { Nights } from "./nights.tsx";
export { Orders } from "./orders.tsx";
export { Person } from "./person.tsx";
export { Rules } from "./rules.tsx";
