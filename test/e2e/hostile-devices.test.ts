import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { simulatorPassword } from '../../src/adapters/simulator/device/account.js';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import { startRecordingServer, type RecordingServer } from '../adapters/ssh/recording-server.js';
import { onlyData, onlyFailure, type Called } from './calling.js';
import { connectAs, says, type ClientKind, type ConsentClient } from './consent-clients.js';
import { bareEnvironment, ensureBuilt } from './program.js';

interface Entry {
  readonly name: string;
  readonly addedBy?: string;
  readonly password?: string;
  readonly hostKeys?: unknown;
}
type Consent = 'policy' | 'token';

const otherPin = `SHA256:${'A'.repeat(43)}`;
const own = 'password: env:OWN_SECRET, sudo: { password: env:OWN_SUDO }, passphrase: env:OWN_SECRET';

/** A user with passwords for everything, whose fleet file has boards that are somewhere else. */
class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'jetfleet-hostile-'));
  readonly fleetFile = join(this.folder, 'fleet.yaml');
  readonly marker = join(this.folder, 'ran');
  readonly env = bareEnvironment(this.folder, {
    ALL_SECRET: simulatorPassword,
    ALL_SUDO: simulatorPassword,
    OWN_SECRET: 'own-secret',
    OWN_SUDO: 'own-sudo',
  });

  constructor(devices: readonly string[], knownHosts: string, consent: Consent) {
    this.#write(
      'fleet.yaml',
      'defaults: { user: nvidia, hostKeys: accept-new, password: env:ALL_SECRET, sudo: { password: env:ALL_SUDO } }\n' +
        `devices:${devices.length === 0 ? ' []' : ''}\n${devices.map((device) => `  - { ${device} }\n`).join('')}`,
    );
    const rule = 'rules:\n  - { then: allow, tools: [device_add, device_edit] }\n';
    if (consent === 'policy') this.#write('policy.yaml', rule);
    mkdirSync(join(this.folder, '.ssh'), { mode: 0o700 });
    this.#write('.ssh/known_hosts', knownHosts);
    const runs = `touch ${this.marker}`;
    this.#write(
      '.ssh/config',
      `Match exec "${runs}"\n  User nobody\nHost proxied\n  ProxyCommand ${runs}\n` +
        `Host jumped\n  ProxyJump hop\nHost hop\n  ProxyCommand ${runs}\n`,
    );
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
  }

  open(kind: ClientKind): Promise<ConsentClient> {
    const policy = join(this.folder, 'policy.yaml');
    const args = ['--config', this.fleetFile, '--toolsets', 'all', ...(existsSync(policy) ? ['--policy', policy] : [])];
    return connectAs(kind, { args, env: this.env });
  }

  text(): string {
    return readFileSync(this.fleetFile, 'utf8');
  }

  entry(name: string): Entry | undefined {
    return (parse(this.text()) as { devices: Entry[] }).devices.find((device) => device.name === name);
  }
}

/** Does a change of the fleet file as an assistant can: by itself. */
async function change(client: ConsentClient, consent: Consent, name: string, args: object): Promise<void> {
  const given = { ...args };
  if (consent === 'token') {
    const { reply, text } = await client.call(name, { ...args, plan: true });
    if (reply.plan?.token === undefined) throw new Error(text);
    Object.assign(given, { token: reply.plan.token });
  }
  const { isError, text } = await client.call(name, given);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
}

/** Everything that looks at boards, with and without root. */
const looks: readonly (readonly [string, Record<string, unknown>])[] = [
  ['hardware_stats', {}],
  ['clocks_status', {}],
  ['device_describe', {}],
  ['file_read', { path: '/etc/hostname' }],
  ['system_logs', {}],
  ['service_control', { unit: 'cron', action: 'restart', plan: true }],
  ['system_reboot', { plan: true }],
];

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

describe.each<[Consent, string]>([
  ['policy', 'in known_hosts'],
  ['policy', 'not in known_hosts'],
  ['token', 'in known_hosts'],
  ['token', 'not in known_hosts'],
])('with consent by %s, a host that is %s', (consent, known) => {
  let servers: readonly RecordingServer[];
  let bait: RecordingServer;
  let home: Home;
  let client: ConsentClient;
  const hostiles: string[] = [];

  beforeAll(async () => {
    ensureBuilt();
    bait = await startRecordingServer((context) => context.reject(['password', 'keyboard-interactive']));
    servers = [
      await startRecordingServer((context) => context.accept()),
      await startRecordingServer((context) => context.reject(['password', 'keyboard-interactive'])),
    ];
    const lines = servers.map(({ port, hostKey }) => `[127.0.0.1]:${String(port)},127.0.0.1 ${hostKey}\n`);
    const devices = servers.flatMap(({ port }, i) => [
      `name: moved${i}, host: 192.0.2.1, port: 2222, ${own}`,
      `name: rehosted${i}, host: 192.0.2.1, port: ${port}, ${own}, hostKeys: accept-new`,
      `name: reported${i}, host: 127.0.0.1, port: 2222, ${own}, hostKeys: { fingerprint: '${otherPin}' }`,
    ]);
    devices.push(`name: bait, host: 127.0.0.1, port: ${bait.port}`, 'name: bait-alias, host: proxied');
    home = new Home(devices, known === 'in known_hosts' ? lines.join('') : '', consent);
    client = await home.open('2.x with neither');
  }, 120_000);
  afterAll(async () => {
    await client.close();
    for (const server of [...servers, bait]) await server.stop();
    rmSync(home.folder, { recursive: true, force: true });
  });

  const nothingSecret = (): void => {
    const secret = servers.flatMap(({ offered }) => offered).filter((each) => !/^(?:none|publickey probe)$/.test(each));
    expect([secret, existsSync(home.marker)]).toEqual([[], false]);
  };

  it('would be given the password, and its ProxyCommand be run, if it were a device of the user', async () => {
    expect((await client.call('system_info', { selector: 'bait,bait-alias' })).isError).toBe(true);
    expect([bait.offered, existsSync(home.marker)]).toEqual([
      expect.arrayContaining([`password ${simulatorPassword}`]),
      true,
    ]);
    rmSync(home.marker);
  });

  it('becomes a device of an assistant, as a new one or in place of an old one', async () => {
    for (const [i, { port }] of servers.entries()) {
      const moves = [`moved${i}`, `rehosted${i}`, `reported${i}`];
      await change(client, consent, 'device_add', { devices: [{ name: `new${i}`, host: '127.0.0.1', port }] });
      await change(client, consent, 'device_edit', { selector: moves[0], host: '127.0.0.1', port });
      await change(client, consent, 'device_edit', { selector: moves[1], host: '127.0.0.1' });
      await change(client, consent, 'device_edit', { selector: moves[2], port });
      hostiles.push(`new${i}`, ...moves);
    }
    await change(client, consent, 'device_add', {
      devices: ['proxied', 'jumped'].map((host) => ({ name: host, host })),
    });
    hostiles.push('proxied', 'jumped');
    for (const name of hostiles) {
      const { addedBy, password, hostKeys } = home.entry(name) ?? {};
      expect([name, addedBy, password, hostKeys]).toEqual([name, 'client', undefined, undefined]);
    }
    expect(home.text()).not.toContain('OWN_');
  });

  it('is offered nothing by any tool, and no program of ~/.ssh/config is run', async () => {
    const selector = hostiles.join(',');
    for (const [name, args] of looks) {
      const { reply } = await client.call(name, { ...args, selector });
      const kinds = reply.failures?.map(({ kind }) => kind) ?? [];
      expect([name, reply.summary, new Set(kinds)]).toEqual([
        name,
        expect.objectContaining({ ok: 0, failed: hostiles.length }),
        new Set(['not_allowed']),
      ]);
    }
    await client.call('device_list', { selector, check: true });
    const { text } = await client.call('device_doctor', { selector, detail: 'full' });
    expect(text).toContain('device_trust');
    expect(servers.map(({ offered }) => offered)).toEqual([[], []]);
    nothingSecret();
  });

  it('shows its key to device_trust, which an assistant cannot agree to, and is offered no secret for it', async () => {
    for (const name of ['new0', 'moved1']) {
      const args = { selector: name };
      const { reply } = await client.call('device_trust', { ...args, plan: true });
      const token = reply.plan?.token;
      expect(token).toBeDefined();
      expect(onlyFailure(await client.call('device_trust', { ...args, token })).kind).toBe('not_confirmed');
      expect(onlyFailure(await client.call('system_info', args)).kind).toBe('not_allowed');
    }
    nothingSecret();
  });

  it.each([
    ['host', { host: '-oProxyCommand=touch' }],
    ['host', { host: '$(touch ran)' }],
    ['host', { host: '127.0.0.1 -p 22' }],
    ['host', { host: 'x@127.0.0.1' }],
    ['port', { port: 0 }],
    ['user', { user: '-oProxyCommand=touch' }],
    ...['password', 'sudo', 'hostKeys', 'jump', 'identityFile', 'addedBy'].map(
      (key) => [key, { [key]: 'env:ALL_SECRET' }] as const,
    ),
  ])('is not added, nor another edited, with a %s of its own choice: %j', async (field, settings) => {
    const before = home.text();
    const add = { devices: [{ name: 'worse', host: '127.0.0.1', ...settings }] };
    const answers: readonly Called[] = [
      await client.call('device_add', add),
      await client.call('device_edit', { selector: 'bait', ...settings }),
    ];
    for (const { reply, text } of answers) {
      expect(reply.failures?.map(({ kind }) => kind) ?? [text]).toEqual(['invalid_input']);
      expect(text).toContain(field);
    }
    expect(home.text()).toBe(before);
  });
});

describe("an assistant's device whose key a person has agreed to", () => {
  let simulator: Simulator;
  let other: RecordingServer;
  let home: Home;
  let client: ConsentClient;
  /** Where the device's address leads now. */
  let leadsTo: number;
  const open = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(leadsTo, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => (open.delete(socket), near.destroy(), far.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  const selector = 'added';

  beforeAll(async () => {
    ensureBuilt();
    simulator = await startSimulator({ devices: [{ name: 'board', board: 'orin-nano-super', login: 'nvidia' }] });
    other = await startRecordingServer((context) => context.accept());
    leadsTo = simulator.devices[0]?.port ?? 0;
    home = new Home([], '', 'policy');
    client = await home.open('2.x with a form');
    const port = await listening(relay);
    await change(client, 'policy', 'device_add', { devices: [{ name: selector, host: '127.0.0.1', port }] });
  }, 120_000);
  afterAll(async () => {
    await client.close();
    for (const socket of open) socket.destroy();
    relay.close();
    await other.stop();
    await simulator.close();
    rmSync(home.folder, { recursive: true, force: true });
  });

  it('is pinned in the fleet file, and answers, with the passwords of the defaults', async () => {
    expect(onlyFailure(await client.call('system_info', { selector })).kind).toBe('not_allowed');
    expect((await client.call('device_trust', { selector })).reply.summary.ok).toBe(0);
    expect(home.entry(selector)).not.toHaveProperty('hostKeys');
    client.person = says.yes;
    const { fingerprint } = onlyData(await client.call('device_trust', { selector }));
    expect(client.asked.at(-1)).toContain(fingerprint);
    expect(home.entry(selector)).toMatchObject({ addedBy: 'client', hostKeys: { fingerprint } });
    expect(onlyData(await client.call('system_info', { selector }))).toMatchObject({ hostname: 'board' });
    // Only root sees the memory clock.
    expect(onlyData(await client.call('clocks_status', { selector }))).toHaveProperty('emc');
  });

  it('is refused with another key later, and offered nothing', async () => {
    leadsTo = other.port;
    for (const socket of open) socket.destroy();
    for (const name of ['system_info', 'clocks_status']) {
      const { kind, message } = onlyFailure(await client.call(name, { selector }));
      expect([kind, message]).toEqual(['not_allowed', expect.stringMatching(/key/)]);
    }
    expect(other.offered).toEqual([]);
  });
});
