import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editFleetYaml } from '../../../src/adapters/inventory/fleet-yaml-edit.js';
import { readFleetYaml } from '../../../src/adapters/inventory/fleet-yaml.js';
import type { InventoryEdit } from '../../../src/core/inventory-edit.js';
import { runs } from '../../setup/runs.js';

const edited = (text: string, ...edits: InventoryEdit[]): string => editFleetYaml(text, edits, '/users/ada').text;
const set = (device: string, settings: object): InventoryEdit => ({ edit: 'set', device, settings });
const remove = (device: string): InventoryEdit => ({ edit: 'remove', device });
const add = (device: string, settings: object = {}): InventoryEdit => ({
  edit: 'add',
  device,
  settings: { host: '10.0.0.5', ...settings },
});
/** What an edit is refused with. */
function refusal(text: string, ...edits: InventoryEdit[]): unknown {
  try {
    return edited(text, ...edits);
  } catch (error) {
    return error;
  }
}
const refused = (kind: string, message: RegExp): unknown =>
  expect.objectContaining({ kind, message: expect.stringMatching(message), hint: expect.any(String) });

const anchored = `defaults: { labels: { site: lab }, groups: [lab] }
devices:
  - &a
    name: a
    host: &h h
    password: env:P
    labels: &l { role: arm }
  - { <<: *a, name: b, password: env:Q } # merged
  - name: c
    host: *h # alias
    labels: *l
  - name: d
    host: e
`;
const host = (text: string, device: string): string | undefined =>
  readFleetYaml(text, '').devices?.find(({ name }) => name === device)?.host;

describe('editFleetYaml with anchors, aliases and merges', () => {
  it("changes what is a device's own and keeps the rest as it is written", () => {
    expect(edited(anchored, set('c', { host: 'x' }))).toBe(
      anchored.replace('host: *h # alias', 'host: x # alias').replace('*l\n', '*l\n    addedBy: client\n'),
    );
    expect(edited(anchored, set('c', { labels: { bay: '7' } }))).toBe(
      anchored.replace('*l\n', '{ role: arm, bay: "7" }\n'),
    );
    expect(edited(anchored, set('b', { labels: { role: null }, user: 'jet' }))).toBe(
      anchored.replace('env:Q }', 'env:Q, user: jet, labels: {} }'),
    );
    expect(edited(anchored, remove('b'), remove('c'), remove('a'))).toBe(anchored.replace(/ {2}- &a[^]*\*l\n/, ''));
    expect(edited(anchored, remove('b'), set('a', { user: 'jet' }), add('z'))).toContain(
      '    labels: &l { role: arm }\n    user: jet\n',
    );
  });

  it.each<[string, InventoryEdit]>([
    ['another device merges what would change', set('a', { labels: { role: null } })],
    ['another device would merge what comes', set('a', { user: 'jet' })],
    ['another device has the host by an alias', set('a', { host: 'x' })],
    ['an alias would lead nowhere', remove('a')],
  ])('leaves the file to people where %s', (_why, edit) => {
    expect(refusal(anchored, edit)).toEqual(refused('unsupported', /shares parts with other entries/));
  });

  it('does not leave a device what a merge brings and it must not keep', () => {
    const text = anchored.replace(', password: env:Q', '');
    expect(refusal(text, set('b', { host: 'x' }))).toEqual(refused('unsupported', /shares parts/));
    expect(
      host(
        edited(anchored.replace('env:P', 'env:P').replace('    password: env:P\n', ''), set('b', { host: 'x' })),
        'b',
      ),
    ).toBe('x');
  });
});

describe('editFleetYaml refuses', () => {
  it('a file with problems, and tells the first', () => {
    expect(refusal('devices:\n  - { name: a, host: b }\n  - { name: c }\n', remove('a'))).toEqual(
      refused('not_allowed', /line 3, devices\[1\]\.host: host is missing\./),
    );
    expect(refusal('devices:\n\t- x\n', add('a'))).toEqual(refused('not_allowed', /A tab is used/));
  });

  it('to take from a device what the defaults give it', () => {
    expect(refusal(anchored, set('d', { labels: { site: null } }))).toEqual(refused('invalid_input', /The label site/));
    expect(refusal(anchored, set('d', { groups: ['x'] }))).toEqual(refused('invalid_input', /A group/));
    expect(edited(anchored, set('d', { groups: ['x', 'lab'] }))).toContain('    host: e\n    groups: [x]\n');
  });

  it.each<[InventoryEdit, RegExp]>([
    [add('d'), /d exists already/],
    [add('all'), /all is a word of the selector language/],
    [add('a b'), /^name takes/],
    [add('x', { host: 'a b' }), /^host takes/],
    [add('x', { host: 'jet@h' }), /^host holds a user/],
    [add('x', { host: '-oProxyCommand=x' }), /^host takes/],
    [add('x', { port: 0 }), /^port takes/],
    [add('x', { user: '-l root' }), /^user takes/],
    [add('x', { user: 'a\u202Eb' }), /cannot be seen/],
    [add('x', { labels: { online: 'yes' } }), /online is a word/],
    [add('x', { labels: { __proto: 'x' } }), /A label has a name/],
    [add('x', { labels: { note: 'a\nb' } }), /cannot be seen/],
    [add('x', { groups: ['a,b'] }), /^groups/],
    [add('x', { groups: Array.from({ length: 33 }, (_, i) => `g${String(i)}`) }), /32 entries/],
    [set('x', { port: 1 }), /There is no device "x"/],
    [remove('x'), /There is no device/],
    [{ edit: 'trust', device: 'd', fingerprint: 'MD5:aa' }, /^fingerprint takes/],
  ])('%j', (edit, message) => {
    // None of the edits of a call is done: the good one before is not in any text that comes back.
    expect(refusal(anchored, set('d', { user: 'jet' }), edit)).toEqual(refused('invalid_input', message));
  });

  it('a device with the name of a jump host: others would be led through it', () => {
    const text =
      'defaults: { jump: outer }\ndevices:\n  - { name: a, host: b, jump: "inner,user@far" }\n  - { name: c, host: d }\n';
    for (const name of ['inner', 'outer']) {
      expect(refusal(text, add(name))).toEqual(refused('invalid_input', /jump host that other devices go through/));
    }
    expect(edited(text, add('far'))).toContain('name: far');
  });

  it('more devices than a fleet file may hold', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `  - { name: n${String(i)}, host: h }\n`).join('');
    expect(refusal(`devices:\n${rows}`, add('x'))).toEqual(refused('invalid_input', /5000 devices/));
  });
});

const style = fc.record({
  flow: fc.boolean(),
  indent: fc.constantFrom('', '  ', '    '),
  newline: fc.constantFrom('\n', '\r\n'),
  gap: fc.boolean(),
  comment: fc.boolean(),
  secret: fc.boolean(),
  end: fc.boolean(),
});

describe('editFleetYaml on any plain file', () => {
  it('does what was asked and keeps the lines of every other device', () => {
    const edits = fc.constantFrom<InventoryEdit>(
      add('new', { labels: { a: '01' } }),
      set('d1', { host: 'x', labels: { b: '1', site: null } }),
      set('d1', { port: 23, groups: ['g'] }),
      remove('d1'),
      { edit: 'trust', device: 'd1', fingerprint: `SHA256:${'a'.repeat(43)}` },
    );
    fc.assert(
      fc.property(
        style,
        fc.array(edits, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 1, max: 4 }),
        (how, list, count) => {
          fc.pre(
            new Set(list.map(({ edit }) => edit)).size === list.length &&
              !(list.length === 2 && list[0]?.edit === 'remove'),
          );
          const { flow, indent, newline, gap, comment, secret, end } = how;
          const device = (i: number): string[] => {
            const keys = [
              `name: d${String(i)}`,
              `host: h${String(i)}`,
              ...(secret ? [`password: env:P${String(i)}`] : []),
              `labels: { site: lab, id: i${String(i)} }`,
            ];
            const note = comment ? ` # ${String(i)}` : '';
            if (flow) return [`${indent}- { ${keys.join(', ')} }${note}`];
            return keys.map((key, at) => `${indent}${at === 0 ? '- ' : '  '}${key}${note}`);
          };
          const all = Array.from({ length: count + 1 }, (_, i) => device(i));
          const text =
            [
              '# top',
              'devices:',
              ...all.flatMap((each) => [...(comment ? [`${indent}# above`] : []), ...each, ...(gap ? [''] : [])]),
            ].join(newline) + (end ? newline : '');
          const inTurn = list.reduce((so, edit) => edited(so, edit), text);
          expect(edited(text, ...list)).toBe(inTurn);
          const after = edited(text, ...list).split(newline);
          const others = ['# top', 'devices:', ...all.filter((_, i) => i !== 1).flat()];
          expect(after.filter((line) => others.includes(line))).toEqual(others);
          expect(after.join('').includes('\r') || after.join('').includes('\n')).toBe(false);
        },
      ),
      { seed: 5, numRuns: runs(300) },
    );
  });
});
