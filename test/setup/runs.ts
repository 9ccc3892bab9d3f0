/** Whether everything is to be tried (`npm run test:full`), not only as much as fits into every run. */
export const exhaustive = process.env['JETFLEET_TEST_FULL'] === '1';

/** How many cases a property is tried with. */
export function runs(bounded: number): number {
  return exhaustive ? bounded * 20 : bounded;
}
