import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFleetFile, type FleetFile } from '../../src/core/fleet-file.js';
import { fieldName } from '../../src/core/fleet-file-problem.js';
import { runs } from '../setup/runs.js';

const home = '/users/ada';
const parse = (document: unknown): FleetFile => parseFleetFile(document, { home });
const device = (fields: object = {}): FleetFile =>
  parse({ devices: [{ name: 'nano-01', host: '192.168.1.31', ...fields }] });
const told = (file: FleetFile): string[] => file.problems.map(({ path, message }) => `${fieldName(path)}: ${message}`);
const fixes = (file: FleetFile): string[] => file.problems.map(({ fix }) => fix);

describe('parseFleetFile', () => {
  it('reads the file of the documentation', () => {
    const fingerprint = `SHA256:${'a'.repeat(43)}`;
    const file = parse({
      defaults: {
        user: 'nvidia',
        port: 22,
        hostKeys: 'strict',
        identityFile: '~/.ssh/id_ed25519',
        labels: { site: 'x' },
      },
      devices: [
        {
          name: 'nano-01',
          host: '192.168.1.31',
          user: 'jet',
          hostKeys: 'accept-new',
          jump: 'bastion',
          password: 'env:NANO_PASSWORD',
          sudo: { password: 'env:NANO_SUDO' },
          labels: { site: 'lab', role: 'camera' },
          groups: ['lab'],
        },
        { name: 'orin', host: 'orin.local', hostKeys: { fingerprint }, connectTimeoutMs: 5000, passphrase: 'file:~/p' },
      ],
    });
    expect(file.problems).toEqual([]);
    const defaults = { user: 'nvidia', port: 22, hostKeys: 'strict', identityFile: `${home}/.ssh/id_ed25519` };
    expect(file.devices).toEqual([
      {
        name: 'nano-01',
        host: '192.168.1.31',
        settings: {
          user: 'jet',
          hostKeys: 'accept-new',
          jump: 'bastion',
          password: 'env:NANO_PASSWORD',
          sudo: { password: 'env:NANO_SUDO' },
        },
        defaults,
        labels: { site: 'lab', role: 'camera' },
        groups: ['lab'],
        origin: 'file',
      },
      {
        name: 'orin',
        host: 'orin.local',
        settings: { hostKeys: { fingerprint }, connectTimeoutMs: 5000, passphrase: 'file:~/p' },
        defaults,
        labels: { site: 'x' },
        groups: [],
        origin: 'file',
      },
    ]);
  });

  it.each([null, undefined, {}, { devices: [] }, { devices: null }, { defaults: { user: 'nvidia' } }])(
    'takes %j for a fleet without devices',
    (document) => expect(parse(document)).toEqual({ devices: [], problems: [] }),
  );

  it('tells every fault at once and keeps the good devices', () => {
    const file = parse({
      devices: [
        { name: 'good', host: 'a' },
        { name: 'bad name', host: 'a:22', prot: 22, user: '-oProxyCommand=x' },
        { host: 'b' },
        'nano',
        { name: 'good', host: 'c' },
      ],
      device: [],
    });
    expect(file.devices.map(({ name, host }) => `${name} ${host}`)).toEqual(['good a']);
    expect(told(file)).toEqual([
      'device: `device` is not a key that may stand here.',
      'devices[1].user: user takes the name of the login user.',
      'devices[1].name: name takes the name of the device.',
      'devices[1].host: host holds a port too.',
      'devices[1].prot: `prot` is not a key that may stand here.',
      'devices[2].name: name is missing.',
      'devices[3]: Keys and values belong here.',
      'devices[4].name: good is the name of devices[0] already.',
    ]);
    expect(fixes(file)[0]).toBe('Write `devices`.');
    expect(fixes(file)[4]).toBe('Write `port`.');
  });

  it.each([
    [{ devices: 12 }, 'devices: devices takes a list.'],
    [[{ name: 'a', host: 'b' }], ': The fleet file holds no `devices:`.'],
    ['nano-01', ': The fleet file holds no `devices:`.'],
    [{ defaults: 'nvidia' }, 'defaults: defaults takes keys that hold for every device.'],
  ])('refuses %j', (document, problem) => expect(told(parse(document))).toEqual([problem]));

  it.each([
    ['port', 0],
    ['port', 65_536],
    ['port', 22.5],
    ['port', 'ssh'],
    ['host', 'user@nano'],
    ['host', '[::1]'],
    ['host', '[::1]:22'],
    ['host', '-oProxyCommand=x'],
    ['host', 'a b'],
    ['host', ''],
    ['hostKeys', false],
    ['hostKeys', 'no'],
    ['hostKeys', { fingerprint: 'MD5:aa' }],
    ['jump', 'a b'],
    ['jump', 'user:secret@host'],
    ['jump', '-x'],
    ['identityFile', 'id_ed25519'],
    ['sudo', 'env:X'],
    ['groups', 'lab'],
    ['groups', ['a b']],
    ['labels', ['site']],
    ['labels', { 'a b': 'c' }],
    ['labels', { role: null }],
    ['name', 'Online'],
    ['name', 'nano[01-12]'],
    ['connectTimeoutMs', 5],
  ])('refuses %s: %j and says what to write', (field, value) => {
    const file = device({ [field]: value });
    expect(file.devices).toEqual([]);
    expect(file.problems).toHaveLength(1);
    expect(fieldName(file.problems[0]!.path)).toMatch(`devices[0].${field}`);
    expect(fixes(file)[0]).not.toBe('');
  });

  it.each(['::1', 'fe80::1%eth0', '10.0.0.1', 'nano.local', 'büro-nano', 'alias_1'])('takes the host %s', (host) => {
    expect(device({ host }).problems).toEqual([]);
  });

  it.each(['bastion', 'ada@bastion:2222', 'a,b@[::1]:22'])('takes the jump %s', (jump) => {
    expect(device({ jump }).devices[0]?.settings.jump).toBe(jump);
  });

  it.each([
    'name',
    'host',
    'module',
    'soc',
    'L4T',
    'jetpack',
    'serial',
    'online',
    'hostname',
    'and',
    'or',
    'not',
    'all',
    'group',
  ])('refuses a label that hides what a selector means by %s', (label) =>
    expect(told(device({ labels: { [label]: 'x' } }))).toEqual([
      `devices[0].labels.${label}: ${label} is a word of the selector language.`,
    ]),
  );

  it('takes numbers and booleans for label texts', () => {
    expect(device({ labels: { rack: 12, spare: true } }).devices[0]?.labels).toEqual({ rack: '12', spare: 'true' });
  });

  it.each(['password', 'passphrase', 'sudo'])('never repeats a literal secret in %s', (field) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9:!$%&/()=?-]{9,30}$/), fc.boolean(), (noise, quoted) => {
        const secret = `Zq7${noise}`;
        const value = field === 'sudo' ? (quoted ? { password: secret } : { [secret]: null }) : secret;
        const file = device({ [field]: value });
        expect(file.devices).toEqual([]);
        expect(JSON.stringify(file.problems)).not.toContain(secret);
        expect(fixes(file).join()).toContain('env:NANO_PASS');
      }),
      { seed: 7, numRuns: runs(100) },
    );
  });

  it.each(['env:A_1', 'file:~/secret', 'file:/run/secret', 'file:C:\\secret', 'command:pass show nano'])(
    'takes the secret reference %s',
    (password) => expect(device({ password }).devices[0]?.settings.password).toBe(password),
  );

  it.each(['env:', 'env:A B', 'file:secret', 'command: ', 'ENV:A', 123456])('refuses the secret %j', (password) => {
    expect(told(device({ password }))).toEqual([expect.stringContaining('takes a reference to a secret')]);
  });

  it('leaves out the devices that a faulty default concerns', () => {
    const defaults = { jump: 'not a host', user: 'nvidia' };
    const devices = [
      { name: 'a', host: 'a' },
      { name: 'b', host: 'b', jump: 'bastion' },
      { name: 'c', host: 'c', jump: 'none' },
    ];
    const file = parse({ defaults, devices });
    expect(told(file)).toEqual([expect.stringMatching(/^defaults\.jump: /)]);
    expect(file.devices.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(parse({ defaults: { jmup: 'bastion' }, devices }).devices).toEqual([]);
    expect(parse({ defaults: { labels: 'x' }, devices }).devices).toEqual([]);
  });

  it('spares the shared jump host its own jump, and undoes a default with none', () => {
    const devices = [
      { name: 'bastion', host: 'a' },
      { name: 'b', host: 'b' },
      { name: 'c', host: 'c', jump: 'none' },
    ];
    const { devices: read } = parse({ defaults: { jump: 'bastion' }, devices });
    expect(read.map(({ settings, defaults }) => settings.jump ?? defaults.jump)).toEqual([
      undefined,
      'bastion',
      undefined,
    ]);
  });

  it('refuses jumps in a circle', () => {
    const devices = [
      { name: 'a', host: 'a', jump: 'b' },
      { name: 'b', host: 'b', jump: 'ada@gate,c' },
      { name: 'c', host: 'c', jump: 'a' },
      { name: 'd', host: 'd', jump: 'ada@d:22' },
    ];
    const file = parse({ devices });
    expect(file.devices.map(({ name }) => name)).toEqual(['d']);
    expect(file.problems).toHaveLength(3);
  });

  it('leaves out what the reader refused', () => {
    const devices = [
      { name: 'a', host: 'a' },
      { name: 'b', host: 'b' },
    ];
    const file = parseFleetFile({ devices }, { home, refused: new Set([0]) });
    expect(file.devices.map(({ name }) => name)).toEqual(['b']);
  });

  it('survives any document', () => {
    fc.assert(
      fc.property(
        fc.record({ defaults: fc.anything(), devices: fc.oneof(fc.anything(), fc.array(fc.anything())) }),
        (document) => {
          const { devices, problems } = parse(document);
          expect(devices.length).toBeLessThanOrEqual(Array.isArray(document.devices) ? document.devices.length : 0);
          for (const problem of problems) expect(problem.message.length * problem.fix.length).toBeGreaterThan(0);
        },
      ),
      { seed: 11, numRuns: runs(500) },
    );
  });
});
