import type { DemoStep } from './demo.js';

/** The calls that the demo makes on a fleet of `count` devices, of which `dead` does not answer. */
export function tour(names: readonly string[], dead: string): readonly DemoStep[] {
  const all = names.length;
  const alive = names.filter((name) => name !== dead);
  const one = alive[0] ?? '';
  const everyone = { ok: all - 1, failed: 1 };
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
      expects: { ok: alive.filter((name) => name.startsWith('orin')).length, failed: 0 },
    },
    {
      says: 'Which power modes does it have, and which need a reboot?',
      tool: 'power_modes',
      args: { selector: one },
      expects: { ok: 1, failed: 0 },
    },
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
