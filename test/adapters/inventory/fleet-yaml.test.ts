import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFleetYaml, type FleetYaml } from '../../../src/adapters/inventory/fleet-yaml.js';
import { runs } from '../../setup/runs.js';

const read = (text: string): FleetYaml => readFleetYaml(text, '/users/ada');
const told = (text: string): string[] =>
  read(text).problems.map(({ line, field, message }) => `${String(line)} ${field}: ${message}`);

describe('readFleetYaml', () => {
  it('gives the line of every problem', () => {
    const text = `# the lab
defaults:
  usr: nvidia
devices:
  - name: nano-01
    host: 192.168.1.31

  - name: nano-02
    port: 70000
    labels:
      site: lab
      online: yes
    sudo:
      password: hunter2
  - { name: nano-03, host: "a:22" }
  - nano-04
`;
    expect(told(text)).toEqual([
      '3 defaults.usr: `usr` is not a key that may stand here.',
      '8 devices[1].host: host is missing.',
      '9 devices[1].port: port takes a whole number from 1 to 65535.',
      '12 devices[1].labels.online: online is a word of the selector language.',
      expect.stringMatching(/^14 devices\[1\]\.sudo\.password: sudo\.password takes a reference to a secret/),
      '15 devices[2].host: host holds a port too.',
      '16 devices[3]: Keys and values belong here.',
    ]);
    expect(JSON.stringify(read(text))).not.toContain('hunter2');
  });

  it.each(['', '\n', '# nothing yet\n', '---\n', 'devices:\n', 'devices: []\n', 'devices: ~\n', '\uFEFFdevices: []\n'])(
    'takes %j for a fleet without devices',
    (text) => expect(read(text)).toEqual({ devices: [], problems: [] }),
  );

  it('takes names and labels as they are written', () => {
    const text =
      'devices:\n  - { name: 01, host: 10.10, user: 007, labels: { rack: 1.10, ok: yes, hex: 0x1F }, groups: [0123] }\n';
    expect(read(text).devices).toEqual([
      expect.objectContaining({
        name: '01',
        host: '10.10',
        settings: { user: '007' },
        labels: { rack: '1.10', ok: 'yes', hex: '0x1F' },
        groups: ['0123'],
      }),
    ]);
  });

  it('reads anchors, aliases and merges', () => {
    const text = `defaults: { user: nvidia }
devices:
  - &a { name: a, host: h, port: 23, labels: &l { site: lab } }
  - { <<: *a, name: b }
  - { name: c, host: h, labels: *l }
`;
    const { devices, problems } = read(text);
    expect(problems).toEqual([]);
    expect(devices?.map(({ name, settings, labels }) => [name, settings.port, labels['site']])).toEqual([
      ['a', 23, 'lab'],
      ['b', 23, 'lab'],
      ['c', undefined, 'lab'],
    ]);
  });

  it('leaves out the device in which a key stands twice', () => {
    const text = 'devices:\n  - name: a\n    host: b\n    host: c\n  - { name: d, host: e }\n';
    expect(told(text)).toEqual(['4 devices[0]: The same key stands twice.']);
    expect(read(text).devices?.map(({ name }) => name)).toEqual(['d']);
  });

  it.each([
    ['devices: []\ndevices: []\n', '2 : The same key stands twice.'],
    ['devices:\n\t- name: a\n', '2 : A tab is used to indent.'],
    ['devices:\n  - { name: a\n', '3 : The indentation does not fit, or a bracket before it is not closed.'],
    ['devices:\n  - name: "a\n', '3 : A quote, bracket or colon is missing.'],
    ['devices:\n  - *gone\n', '2 : An alias (*) has no anchor (&) before it, or the aliases never end.'],
    ['devices: []\n---\ndevices: []\n', '2 : The file holds a second document.'],
    ['devices:\n  - { name: !secret a, host: b }\n', '2 : A tag (!) stands here.'],
  ])('says what is wrong with %j, and knows no devices then', (text, problem) => {
    expect(read(text).devices).toBeUndefined();
    expect(told(text)).toEqual(expect.arrayContaining([problem]));
  });

  it('does not let aliases multiply beyond measure', () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `x${String(i + 1)}: &x${String(i + 1)} [${`*x${String(i)},`.repeat(9)}]`,
    );
    const text = `x0: &x0 [a]\n${rows.join('\n')}\n`;
    expect(read(text).devices).toBeUndefined();
  });

  it('never repeats what stands behind password, however broken the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from(`:{}[]"'&*!|>%@\`#,- \\\t`)), maxLength: 6 }),
        fc.nat(3),
        (noise, where) => {
          const value =
            [`${noise}Zq7secret`, `Zq7secret${noise}`, `"${noise}Zq7secret`, `${noise}Zq7secret${noise}`][where] ?? '';
          const { problems } = read(`devices:\n  - name: a\n    host: b\n    password: ${value}\n`);
          // The whole of it turned into a comment is the one way to have no problem.
          expect(JSON.stringify(problems)).not.toContain('Zq7secret');
        },
      ),
      { seed: 3, numRuns: runs(1000) },
    );
  });
});
