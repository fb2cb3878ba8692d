export { Nights } from "./nights.tsx";
export { People } from "./people.tsx";
export { Rules } from "./rules.tsx";
