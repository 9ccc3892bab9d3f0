import type { DemoStep } from './demo.js';

/** The calls that the demo makes on a fleet of devices of which `dead` does not answer; without `changes` those that only look. */
export function tour(
  names: readonly string[],
  dead: string,
  { changes }: { readonly changes: boolean },
): readonly DemoStep[] {
  const all = names.length;
  const alive = names.filter((name) => name !== dead);
  const one = alive[0] ?? '';
  const everyone = { ok: all - 1, failed: 1 };
  const orins = { ok: alive.filter((name) => name.startsWith('orin')).length, failed: 0 };
  return [
    {
      says: 'Which boards are there? (no connection needed)',
      tool: 'device_list',
      args: {},
      expects: { ok: all, failed: 0 },
    },
    {
      says: 'How are all of them? One row and its outliers, and the one that is down.',
      tool: 'hardware_stats',
      args: { selector: 'all' },
      expects: everyone,
    },
    {
      says: 'What exactly is this one?',
      tool: 'device_describe',
      args: { selector: one },
      expects: { ok: 1, failed: 0 },
    },
    {
      says: 'Is any of them held back? (selector by a fact that nobody has read yet)',
      tool: 'hardware_throttle',
      args: { selector: 'module=orin-*' },
      expects: orins,
    },
    {
      says: 'Which power modes does it have, and which need a reboot?',
      tool: 'power_modes',
      args: { selector: one },
      expects: { ok: 1, failed: 0 },
    },
    ...(changes ? changeSteps(one, orins) : []),
    {
      says: 'Whose disk fills up?',
      tool: 'system_storage',
      args: { selector: `all and not ${dead}` },
      expects: { ok: all - 1, failed: 0 },
    },
    {
      says: 'Why does that one not answer?',
      tool: 'device_doctor',
      args: { selector: dead },
      expects: { ok: 1, failed: 0 },
    },
  ];
}

function changeSteps(one: string, orins: DemoStep['expects']): readonly DemoStep[] {
  return [
    {
      says: 'What would it take to run them all at 15 watts? (a plan: nothing is done)',
      tool: 'power_set_mode',
      args: { selector: 'module=orin-*', mode: '15W', plan: true },
      expects: orins,
    },
    {
      says: 'Do it on this one. A person is shown exactly what will run, and has to agree.',
      tool: 'power_set_mode',
      args: { selector: one, mode: '15W' },
      expects: { ok: 1, failed: 0 },
    },
  ];
}
