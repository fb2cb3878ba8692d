export { Nights } from "./nights.tsx";
export { Person } from "./person.tsx";
export { Rules } from "./rules.tsx";
