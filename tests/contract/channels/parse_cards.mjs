// Reads cards as Adaptive Cards does, and prints for each its validation events and the texts of its runs.
import { readFileSync } from "node:fs";

const [modules, file] = process.argv.slice(2);
const loaded = { exports: {} };
globalThis.self = globalThis.window = globalThis; // the package is made for browsers
new Function("module", "exports", readFileSync(`${modules}/adaptivecards/dist/adaptivecards.min.js`, "utf8"))(
  loaded,
  loaded.exports,
);
const { AdaptiveCard, SerializationContext, Versions } = loaded.exports;

const read = JSON.parse(readFileSync(file, "utf8")).map((json) => {
  const card = new AdaptiveCard();
  const context = new SerializationContext(Versions.v1_4);
  card.parse(json, context);
  const found = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...found, ...card.validateProperties().validationEvents.map((event) => event.message)];
});
console.log(JSON.stringify(read));
