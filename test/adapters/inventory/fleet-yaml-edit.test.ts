import { describe, expect, it } from '@jest/globals';
import { editFleetYaml } from '../../../src/adapters/inventory/fleet-yaml-edit.js';
import { readFleetYaml } from '../../../src/adapters/inventory/fleet-yaml.js';
import type { InventoryEdit } from '../../../src/core/inventory-edit.js';

const fingerprint = `SHA256:${'a'.repeat(43)}`;
const edited = (text: string, ...edits: InventoryEdit[]): string => editFleetYaml(text, edits, '/users/ada').text;
const add = (device: string, settings: object = {}): InventoryEdit => ({
  edit: 'add',
  device,
  settings: { host: '10.0.0.5', ...settings },
});
const set = (device: string, settings: object): InventoryEdit => ({ edit: 'set', device, settings });
const remove = (device: string): InventoryEdit => ({ edit: 'remove', device });
const trust = (device: string): InventoryEdit => ({ edit: 'trust', device, fingerprint });

const lab = `# The lab, by Ada.
defaults:   {user: nvidia}   # for all


devices:
  # The camera at the door.
  - name:   nano-01      # since spring
    host:  192.168.1.31
    password: env:NANO_PASSWORD   # ask Ada
    labels:
      site: lab
      role:  "camera"  # wide angle
    sudo:
      password: env:NANO_SUDO

  # The one with the arm.
  - { name: orin, host:   orin.local,password: 'env:ORIN', groups: [ arms,lab ] } # heavy
`;
const lines = (text: string): string[] => text.split('\n');
/** What went and what came, line by line in their order; all other lines are as they were. */
function difference(before: string, after: string): string[] {
  const [old, now] = [lines(before), lines(after)];
  let [head, tail] = [0, 0];
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
  ];
}
const changed = (...edits: InventoryEdit[]): string[] => difference(lab, edited(lab, ...edits));

describe('editFleetYaml', () => {
  it('adds in the manner of the device before, behind its blank line', () => {
    const settings = { port: 22, user: 'jet', labels: { rack: '1.10', site: 'on' }, groups: ['b', 'b'] };
    expect(edited(lab, add('nano-05', settings))).toBe(
      `${lab}\n  - { name: nano-05, host: 10.0.0.5, port: 22, user: jet, labels: { rack: "1.10", site: "on" }, groups: [b], addedBy: client }\n`,
    );
    const block = 'devices:\n- name: a\n  host: b\n  # user: jet\n# the end\n';
    expect(edited(block, add('c', { host: 'fe80::1%eth0' }))).toBe(
      'devices:\n- name: a\n  host: b\n  # user: jet\n- name: c\n  host: "fe80::1%eth0"\n  addedBy: client\n# the end\n',
    );
  });

  it('changes a value where it stands, and adds keys behind the others', () => {
    expect(changed(set('nano-01', { user: 'jet', labels: { role: 'arm', bay: '7' } }))).toEqual([
      '-      role:  "camera"  # wide angle',
      '-    sudo:',
      '-      password: env:NANO_SUDO',
      '+      role:  arm  # wide angle',
      '+      bay: "7"',
      '+    sudo:',
      '+      password: env:NANO_SUDO',
      '+    user: jet',
    ]);
    expect(changed(set('orin', { groups: ['lab'] }))).toEqual([
      "-  - { name: orin, host:   orin.local,password: 'env:ORIN', groups: [ arms,lab ] } # heavy",
      "+  - { name: orin, host:   orin.local,password: 'env:ORIN', groups: [lab] } # heavy",
    ]);
  });

  it('touches nothing where nothing is to be another', () => {
    const same = { host: '192.168.1.31', labels: { site: 'lab', gone: null } };
    expect(edited(lab, set('nano-01', same), set('orin', { groups: ['lab', 'arms'] }))).toBe(lab);
  });

  it('detaches what belongs to the old address, with the comments on it', () => {
    expect(changed(set('nano-01', { host: '10.0.0.9' }))).toEqual([
      '-    host:  192.168.1.31',
      '-    password: env:NANO_PASSWORD   # ask Ada',
      '-    labels:',
      '-      site: lab',
      '-      role:  "camera"  # wide angle',
      '-    sudo:',
      '-      password: env:NANO_SUDO',
      '+    host:  10.0.0.9',
      '+    labels:',
      '+      site: lab',
      '+      role:  "camera"  # wide angle',
      '+    addedBy: client',
    ]);
    expect(changed(set('orin', { port: 2222 })).at(-1)).toBe(
      '+  - { name: orin, host:   orin.local, groups: [ arms,lab ], port: 2222, addedBy: client } # heavy',
    );
    const again = edited(edited(lab, set('orin', { port: 2222 })), trust('orin'), set('orin', { host: 'other' }));
    expect(readFleetYaml(again, '').devices?.[1]).toMatchObject({
      host: 'other',
      settings: { port: 2222 },
      origin: 'client',
    });
    expect(again.match(/addedBy/g)).toHaveLength(1);
  });

  it('pins a key, whatever stood there', () => {
    const pin = `hostKeys: { fingerprint: "${fingerprint}" }`;
    expect(changed(trust('nano-01'))).toEqual([`+    ${pin}`]);
    for (const [before, after] of [
      ['strict # no', `    ${pin} # no\n    port: 1\n`],
      [`\n      fingerprint: 'SHA256:${'b'.repeat(43)}' # old`, `    port: 1\n    ${pin}\n`],
      [`{fingerprint: SHA256:${'b'.repeat(43)}}`, `    ${pin}\n    port: 1\n`],
    ]) {
      const text = `devices:\n  - name: a\n    host: b\n    hostKeys: ${before ?? ''}\n    port: 1\n`;
      expect(edited(text, trust('a'))).toBe(`devices:\n  - name: a\n    host: b\n${after ?? ''}`);
    }
  });

  it('removes a device and leaves the comments between devices', () => {
    expect(changed(remove('nano-01')).every((line) => line.startsWith('-'))).toBe(true);
    expect(edited(lab, remove('nano-01'))).toBe(
      lab.replace(/ {2}- name: {3}nano-01[^]*NANO_SUDO\n\n/, '').replace('door.\n', 'door.\n\n'),
    );
    expect(edited(lab, remove('orin'))).toBe(lab.slice(0, lab.indexOf('  - { name: orin')));
    const spaced = 'devices:\n  - name: a\n    host: b\n    # user: x\n\n  - name: c\n    host: d\n';
    expect(edited(spaced, remove('c'))).toBe('devices:\n  - name: a\n    host: b\n    # user: x\n');
    expect(edited(spaced, remove('a'))).toBe('devices:\n\n  - name: c\n    host: d\n');
    expect(edited(spaced, remove('a'), remove('c'))).toBe('devices:\n');
  });

  it.each([
    ['', ''],
    ['\uFEFF', '\uFEFF'],
    ['# nothing yet', '# nothing yet\n'],
    ['---\n', '---\n'],
    ['defaults: { user: x }', 'defaults: { user: x }\n'],
  ])('begins the list in %j', (text, head) => {
    const found = edited(text, add('a'));
    expect(found.trimEnd()).toBe(`${head}devices:\n  - name: a\n    host: 10.0.0.5\n    addedBy: client`);
  });

  it.each([
    ['devices:\n# - name: x\n', 'devices:\n  - name: a\n    host: 10.0.0.5\n    addedBy: client\n# - name: x\n'],
    ['devices: [] # none', 'devices: # none\n  - name: a\n    host: 10.0.0.5\n    addedBy: client'],
    ['devices: ~\n', 'devices:\n  - name: a\n    host: 10.0.0.5\n    addedBy: client\n'],
    ['{}\n', '\ndevices:\n  - name: a\n    host: 10.0.0.5\n    addedBy: client\n'],
    ['{"devices": []}', '{"devices": [{ "name": "a", "host": "10.0.0.5", "addedBy": "client" }]}'],
    ['{defaults: {}}\n', '{defaults: {}, devices: [{ name: a, host: 10.0.0.5, addedBy: client }]}\n'],
    [
      'devices: [{ name: x, host: y }]',
      'devices: [{ name: x, host: y }, { name: a, host: 10.0.0.5, addedBy: client }]',
    ],
    [
      'devices: [{ name: x, host: y }, ]',
      'devices: [{ name: x, host: y }, { name: a, host: 10.0.0.5, addedBy: client }, ]',
    ],
  ])('puts the first device into %j', (text, after) => expect(edited(text, add('a'))).toBe(after));

  it('keeps JSON what it is', () => {
    const json = {
      devices: [
        { name: 'a', host: 'b', password: 'env:P', sudo: { password: 'env:S' } },
        { name: 'c', host: 'd' },
      ],
    };
    for (const indent of [0, 2]) {
      const text = edited(
        JSON.stringify(json, null, indent),
        add('e', { labels: { site: 'lab' } }),
        set('a', { host: 'h', labels: { x: '1' } }),
        trust('a'),
        remove('c'),
      );
      expect(JSON.parse(text)).toEqual({
        devices: [
          { name: 'a', host: 'h', labels: { x: '1' }, addedBy: 'client', hostKeys: { fingerprint } },
          { name: 'e', host: '10.0.0.5', labels: { site: 'lab' }, addedBy: 'client' },
        ],
      });
    }
  });

  it('keeps line ends, a byte order mark, and that the last line has none', () => {
    const text =
      '\uFEFFdevices:\r\n  - name: a\r\n    host: b\r\n    password: env:P # x\r\n\r\n  - name: c\r\n    host: d';
    const after = edited(text, set('a', { port: 23 }), add('e'), set('c', { labels: { site: 'lab' } }));
    expect(after).toBe(
      '\uFEFFdevices:\r\n  - name: a\r\n    host: b\r\n    port: 23\r\n    addedBy: client\r\n\r\n  - name: c\r\n    host: d\r\n' +
        '    labels: { site: lab }\r\n\r\n  - name: e\r\n    host: 10.0.0.5\r\n    addedBy: client',
    );
    expect(edited(text, remove('c'))).toBe(text.slice(0, text.indexOf('\r\n\r\n  - name: c')));
  });

  it('keeps comments within brackets', () => {
    const text =
      'devices: [\n  { name: a, # first\n    host: b, # address\n    password: env:P, # secret\n    port: 1 }, # one\n  { name: c, host: d } # two\n]\n';
    const after = edited(text, set('a', { host: 'h' }), remove('c'));
    expect(after.match(/#.*/g)).toEqual(['# first', '# address', '# secret', '# one', '# two']);
    expect(readFleetYaml(after, '').devices).toMatchObject([{ name: 'a', host: 'h', settings: { port: 1 } }]);
  });
});
