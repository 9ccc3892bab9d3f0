// Reads what `jetfleet call power_modes --json` printed, and names the boards whose mode allows more than so many watts, or any.
import { readFileSync } from 'node:fs';

const budget = Number(process.argv[2]);
const { groups = [], failures = [] } = JSON.parse(readFileSync(0, 'utf8'));
const over = groups.filter(({ data: { current, modes } }) => {
  const { watts = Infinity } = modes.find(({ id }) => id === current.id) ?? {};
  return watts > budget;
});
for (const name of over.flatMap(({ devices }) => devices).sort()) console.log(name);
// A board that did not answer may be over it too.
process.exitCode = failures.length > 0 ? 1 : 0;
