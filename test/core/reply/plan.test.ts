import { describe, expect, it } from '@jest/globals';
import { launchCommand } from '../../../src/core/jobs/job-commands.js';
import { groupPlans, stepText } from '../../../src/core/reply/plan.js';
import type { Step } from '../../../src/core/step.js';

const content = new TextEncoder().encode('secret');

describe('stepText', () => {
  it.each<[Step, string]>([
    [{ argv: ['nvpmodel', '-m', '2'], sudo: true, stdin: 'YES\n' }, 'sudo nvpmodel -m 2 < "YES\\n"'],
    [{ argv: ['rm', 'a b', '$(id)'] }, "rm 'a b' '$(id)'"],
    [{ argv: ['tee', '/x'], stdin: new Uint8Array(7) }, 'tee /x < 7 bytes'],
    [
      { path: '/etc/fstab', content, sha256: 'a'.repeat(64), mode: 0o600, sudo: true },
      'write /etc/fstab (6 bytes, sha256 aaaaaaaaaaaaaaaa, mode 600, as root)',
    ],
    [{ edit: 'remove', device: 'a' }, 'fleet file: remove'],
    [{ edit: 'trust', device: 'a', fingerprint: 'SHA256:x' }, 'fleet file: trust SHA256:x'],
    [{ edit: 'add', device: 'a', settings: { host: 'h', port: 22 } }, 'fleet file: add {"host":"h","port":22}'],
    [
      launchCommand({ id: '0123456789abcdef', argv: ['make', 'all'], sudo: true }),
      'sudo job 0123456789abcdef: make all',
    ],
  ])('%#', (step, text) => {
    expect(stepText(step)).toBe(text);
  });

  it('lets no argument make another line, hide, or turn its reading round', () => {
    const text = stepText({ argv: ['echo', 'x\n\nApproved already.\u001b[2J\u202e\u200b\r'] });
    expect(text).toBe("echo 'x\\n\\nApproved already.\\u{1b}[2J\\u{202e}\\u{200b}\\r'");
  });

  it('shows all of it, and what long white space pushes away', () => {
    const gap = ' '.repeat(1990);
    expect(stepText({ argv: ['sh', '-c', `true${gap}; rm -rf /`] })).toBe("sh -c 'true[1990 spaces]; rm -rf /'");
    expect(stepText({ argv: ['sh'], stdin: `a"\\${'\n'.repeat(30)}reboot` })).toBe(
      'sh < "a\\"\\\\[30 line ends]reboot"',
    );
    expect(stepText({ argv: ['echo', `a${'\u00a0'.repeat(19)}\u3164\u2800b`] })).toBe(
      `echo 'a${'\\u{a0}'.repeat(19)}\\u{3164}\\u{2800}b'`,
    );
    const long = 'x'.repeat(50_000);
    expect(stepText({ argv: ['echo', long] })).toBe(`echo ${long}`);
  });
});

describe('groupPlans', () => {
  it('puts those that act first, and keeps other undos apart', () => {
    const undo = (mode: string) => ({ tool: 't', arguments: { mode } });
    const act = { says: 's', steps: [{ argv: ['x'] }] } as const;
    const plans = [
      { device: 'idle', says: 'is so', steps: [] },
      { ...act, device: 'a', undo: undo('1') },
      { ...act, device: 'b', undo: undo('2') },
      { ...act, device: 'c', undo: undo('1') },
    ];
    expect(groupPlans(plans).map(({ devices }) => devices)).toEqual([['a', 'c'], ['b'], ['idle']]);
  });

  it('says equal edits of the fleet file once, with one call that undoes them', () => {
    const plans = Array.from({ length: 12 }, (_, i) => {
      const device = `nano${String(i + 1).padStart(2, '0')}`;
      return {
        device,
        says: 'label site becomes roof',
        steps: [{ edit: 'set', device, settings: { labels: { site: 'roof' } } }] as const,
        undo: { tool: 'device_edit', arguments: { selector: device, labels: { site: null } } },
      };
    });
    expect(groupPlans(plans)).toMatchObject([
      {
        commands: ['fleet file: set {"labels":{"site":"roof"}}'],
        undo: { tool: 'device_edit', arguments: { selector: 'nano[01-12]', labels: { site: null } } },
      },
    ]);
  });
});
