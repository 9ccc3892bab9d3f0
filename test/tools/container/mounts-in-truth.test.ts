import { describe, expect, it } from '@jest/globals';
import { ComposeUp } from '../../../tools/container/compose_up.js';
import { ContainerRun } from '../../../tools/container/container_run.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { engineBoard, imageAnswer, info } from './engine-board.js';

const run = new ContainerRun();
const up = new ComposeUp(0);
const image = { '/images/nginx/json': imageAnswer('nginx') };
const linked = '/tmp/zz/m/root/.bashrc';

/** A board on which only root can follow the link, and others lead where `leads` says. */
function board(leads: Readonly<Record<string, string>> = {}, answers: object = {}, more: FakeBoard = {}): FakeDevice {
  const readlink: NonNullable<FakeBoard['programs']>['readlink'] = ({ argv, sudo }) => {
    const path = argv.at(-1) ?? '';
    if (path === linked) return sudo === true ? { text: '/root/.bashrc\n' } : { text: '', exitCode: 1 };
    if (path === '/tmp/dangling') return { text: '', exitCode: 1 };
    return { text: `${leads[path] ?? path}\n` };
  };
  const made = engineBoard({ answers: { ...image, ...answers } }, { ...more, programs: { readlink } });
  return new FakeDevice('nano-01', made.board);
}
async function granted(more: object, device: FakeDevice): Promise<unknown> {
  const args = run.spec.input.parse({ image: 'nginx', name: 'web', ...more });
  return (await run.prepare(args, device, fakeCall())).resolved?.['grants'];
}
const composed = async (service: string, rest: string, device: FakeDevice): Promise<unknown> => {
  const file = `services: { web: { image: nginx, ${service} } }\n${rest}`;
  return (await up.prepare(up.spec.input.parse({ project: 'lab', file }), device, fakeCall())).resolved?.['grants'];
};

describe('a link below a folder that only root enters', () => {
  it.each([{ volumes: [`${linked}:/x:ro`] }, { secretFiles: { x: linked } }])('%j is followed as root', async (more) =>
    expect(await granted(more, board())).toEqual({ is: ['host-secrets'] }),
  );
  it.each([
    `volumes: ["${linked}:/x:ro"]`,
    `volumes: [{ type: bind, source: ${linked}, target: /x, read_only: true }]`,
  ])('compose: %s', async (service) => expect(await composed(service, '', board())).toEqual({ is: ['host-secrets'] }));

  const cannot = { kind: 'invalid_input', message: expect.stringMatching(/leads on the device cannot be seen/) };
  it('is refused where nobody can become root', async () => {
    const without = (): FakeDevice => board({}, {}, { sudo: 'none' });
    await expect(granted({ volumes: [`${linked}:/x:ro`] }, without())).rejects.toMatchObject(cannot);
    await expect(granted({ secretFiles: { x: linked } }, without())).rejects.toMatchObject(cannot);
    await expect(composed(`volumes: ["${linked}:/x:ro"]`, '', without())).rejects.toMatchObject(cannot);
  });
  it('is refused where it leads nowhere', () =>
    expect(granted({ volumes: ['/tmp/dangling:/x'] }, board())).rejects.toMatchObject(cannot));
  it('is followed without its .. as well, which the engine takes away first', async () =>
    expect(await granted({ volumes: ['/a/b/../m:/x'] }, board({ '/a/b/../m': '/c/m', '/a/m': '/etc' }))).toEqual({
      is: ['host-root'],
    }));
});

const volume = (Options: object | null, Driver = 'local'): object => ({ '/volumes/v': { Name: 'v', Driver, Options } });
const bindOf = (device: string): object => volume({ type: 'none', o: 'bind', device });
const listed = { '/volumes': { Volumes: [{ Name: 'v' }] } };

describe('a named volume', () => {
  it.each<[string, object, string[]]>([
    ['that is a bind of the whole disk', bindOf('/'), ['docker-socket', 'host-root', 'host-services']],
    ['that is a bind of the socket', bindOf('/var/run/docker.sock'), ['docker-socket']],
    ['that is a bind of a link', bindOf('/tmp/etc'), ['host-root']],
    ['that is a disk', volume({ type: 'ext4', device: '/dev/nvme0n1p1' }), ['raw-device']],
    [
      'of layers',
      volume({ type: 'overlay', device: 'overlay', o: 'lowerdir=/' }),
      ['docker-socket', 'host-root', 'host-services'],
    ],
    ['of a driver that binds', volume({ mountpoint: '/etc' }, 'local-persist'), ['host-root']],
    ['that binds what calls itself memory', volume({ type: 'tmpfs', o: 'rbind', device: '/etc' }), ['host-root']],
  ])('%s has what that has', async (_what, answers, grants) => {
    const there = (): FakeDevice => board({ '/tmp/etc': '/etc' }, { ...answers, ...listed });
    expect(await granted({ volumes: ['v:/x'] }, there())).toEqual({ is: grants });
    const external = 'volumes: { v: { external: true } }';
    expect(await composed('volumes: ["v:/x"]', external, there())).toEqual({ is: grants });
  });

  it.each([
    [{}],
    [volume(null)],
    [volume({})],
    [bindOf('/data/models')],
    [volume({ type: 'nfs', o: 'addr=192.0.2.1,rw', device: ':/etc' })],
    [volume({ type: 'cifs', o: 'addr=192.0.2.1', device: '//nas/etc' })],
    [volume({ type: 'tmpfs', device: 'tmpfs', o: 'size=100m' })],
  ])('is ordinary: %j', async (answers) =>
    expect(await granted({ volumes: ['v:/x'] }, board({}, answers))).toBeUndefined(),
  );

  it('that is a bind to nowhere is refused', () =>
    expect(granted({ volumes: ['v:/x'] }, board({}, bindOf('/tmp/dangling')))).rejects.toMatchObject({
      message: 'volumes: where the volume v leads on the device cannot be seen.',
    }));
});

describe('the engine itself', () => {
  const moved = { '/info': { ...info, DockerRootDir: '/ssd/docker' } };
  it.each<[string, object, Readonly<Record<string, string>>, string[]]>([
    ['/ssd/docker/containers:/x:ro', moved, {}, ['host-secrets']],
    ['/ssd/docker:/x', moved, {}, ['host-root']],
    ['/ssd:/x', moved, {}, ['host-root']],
    ['/nvme/d/volumes:/x', {}, { '/var/lib/docker': '/nvme/d' }, ['host-root']],
    ['/srv/engine:/x', {}, { '/var/run/docker.sock': '/srv/engine/d.sock' }, ['docker-socket']],
    ['/srv/engine/d.sock:/x', {}, { '/var/run/docker.sock': '/srv/engine/d.sock' }, ['docker-socket']],
  ])('%s is its own', async (bind, answers, leads, grants) =>
    expect(await granted({ volumes: [bind] }, board(leads, answers))).toEqual({ is: grants }),
  );
  it('leaves what lies beside it', async () =>
    expect(await granted({ volumes: ['/ssd/models:/x'] }, board({}, moved))).toBeUndefined());
});

describe('networks and volumes of a compose file', () => {
  const others = { '/networks': [{ Name: 'host' }, { Name: 'lab' }] };
  it('the host network has its right wherever it comes from, and stands alone', async () => {
    const host = 'networks: { h: { external: true, name: host }, n: null }';
    expect(await composed('networks: [h]', host, board({}, others))).toEqual({ is: ['host-network'] });
    await expect(composed('networks: [n, h]', host, board({}, others))).rejects.toMatchObject({
      message: expect.stringMatching(/networks: host and none cannot stand beside/),
    });
    const plain = 'networks: { n: null, h: { name: host } }';
    await expect(composed('networks: [n, h]', plain, board({}, others))).rejects.toMatchObject({
      message: expect.stringMatching(/networks: host and none cannot stand beside/),
    });
  });

  it.each([
    ['volumes: ["v:/x"]', 'volumes: { v: { external: true } }', /^volumes\.v: it is external/],
    ['networks: [n]', 'networks: { n: { external: true } }', /^networks\.n: it is external/],
  ])('%s that has to be there and is not is refused', (service, rest, message) =>
    expect(composed(service, rest, board())).rejects.toMatchObject({ message: expect.stringMatching(message) }),
  );
});
