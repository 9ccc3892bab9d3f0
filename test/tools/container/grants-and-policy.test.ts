import { describe, expect, it } from '@jest/globals';
import { verdictOf } from '../../../src/app/policy-gate.js';
import { ComposeUp } from '../../../tools/container/compose_up.js';
import { ContainerRun } from '../../../tools/container/container_run.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { policyOf, type WrittenRule } from '../../fakes/fake-policy-source.js';
import { engineBoard, imageAnswer, link } from './engine-board.js';

const time = { day: 1, minutes: 600 };
const entry = {
  name: 'nano-01',
  host: 'nano-01',
  settings: {},
  defaults: {},
  labels: {},
  groups: [],
  origin: 'file',
} as const;
const chosen = { entry, state: undefined };
const run = new ContainerRun();
const up = new ComposeUp();
const image = { '/images/nginx/json': imageAnswer('nginx') };

function decides(more: object, ...rules: readonly WrittenRule[]): string {
  const args = run.spec.input.parse({ image: 'nginx', name: 'web', ...more });
  return verdictOf(policyOf(...rules), run, args, chosen, time).decision;
}
/** After the device was looked at. */
async function decidesThere(more: object, leads: string, ...rules: readonly WrittenRule[]): Promise<string> {
  const readlink = { readlink: link(leads) };
  const device = new FakeDevice('nano-01', engineBoard({ answers: image }, { programs: readlink }).board);
  const args = run.spec.input.parse({ image: 'nginx', name: 'web', ...more });
  const { resolved } = await run.prepare(args, device, fakeCall());
  return verdictOf(policyOf(...rules), run, args, chosen, time, resolved).decision;
}
async function decidesCompose(field: string, ...rules: readonly WrittenRule[]): Promise<string> {
  const device = new FakeDevice('nano-01', engineBoard({ answers: image }).board);
  const args = up.spec.input.parse({ project: 'lab', file: `services: { web: { image: nginx, ${field} } }` });
  const { resolved } = await up.prepare(args, device, fakeCall());
  return verdictOf(policyOf(...rules), up, args, chosen, time, resolved).decision;
}

const whole: [string, object][] = [
  ['privileged', { privileged: true }],
  ['the host network', { network: 'host' }],
  ["the engine's socket", { volumes: ['/var/run/docker.sock:/var/run/docker.sock'] }],
  ['the socket by a detour', { volumes: ['/var/lib/../run/./docker.sock:/s:ro'] }],
  ['the folder of the socket', { volumes: ['/run:/r:ro'] }],
  ['the whole disk', { volumes: ['/:/host:ro'] }],
  ['the disk as a device', { devices: ['/dev/nvme0n1'] }],
  ['a private key', { secretFiles: { key: '/root/.ssh/id_rsa' } }],
];

describe('without a rule that names it, a container does not get', () => {
  it.each(whole)('%s', (_what, more) => {
    expect(decides(more)).toBe('deny');
    expect(decides(more, { then: 'allow', tools: ['container_run'] })).toBe('deny');
    expect(decides(more, { then: 'allow', tools: ['container_*'], arguments: { grants: ['*'] } })).toBe('deny');
  });

  it('the socket behind a link, once the device was looked at', async () => {
    const linked = { volumes: ['/data/link:/x'] };
    expect(decides(linked)).toBe('ask');
    expect(await decidesThere(linked, '/data/link')).toBe('ask');
    expect(await decidesThere(linked, '/run/docker.sock')).toBe('deny');
  });

  it.each([
    'privileged: true',
    'network_mode: host',
    'pid: host',
    'volumes: ["/run/docker.sock:/s"]',
    'cap_add: [ALL]',
  ])('%s of a compose file', async (field) => {
    expect(await decidesCompose(field)).toBe('deny');
    expect(await decidesCompose('restart: always')).toBe('ask');
  });
});

describe('a rule that names tool and right', () => {
  const rule = { then: 'ask', tools: ['container_run', 'compose_up'], arguments: { grants: ['host-network'] } };
  it('opens just that', async () => {
    expect(decides({ network: 'host' }, rule)).toBe('ask');
    expect(decides({ network: 'host', privileged: true }, rule)).toBe('deny');
    expect(await decidesCompose('network_mode: host', rule)).toBe('ask');
    expect(await decidesCompose('network_mode: host, privileged: true', rule)).toBe('deny');
  });
});
