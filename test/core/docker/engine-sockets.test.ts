import { expect, it } from '@jest/globals';
import { engineSocketsProbe } from '../../../src/core/probes/engine-sockets.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';

const { signal } = fakeCall();
const find = 'find /run/user -maxdepth 3 -name *.sock';
const look = (board: FakeBoard) => {
  const none = { text: '', exitCode: 127 };
  const runs = {
    'docker --version': none,
    'podman --version': none,
    'test -w /var/run/docker.sock': { text: '', exitCode: 1 },
    'test -w /run/podman/podman.sock': { text: '', exitCode: 1 },
    'pidof dockerd': { text: '', exitCode: 1 },
    [find]: { text: '' },
    ...board.runs,
  };
  return new FakeDevice('board', { ...board, runs }).ask(engineSocketsProbe, signal);
};
const none = { installed: false, socket: false, mayUse: false };

it('finds nothing where there is nothing', async () => {
  expect(await look({})).toEqual({ docker: { ...none, running: false }, podman: none, rootless: [] });
});

it('finds a Docker that the user may not use', async () => {
  const runs = {
    'docker --version': { text: 'Docker version 27.5.1, build 27.5.1-0ubuntu3~22.04.2' },
    'pidof dockerd': { text: '812' },
  };
  expect(await look({ runs, files: { '/var/run/docker.sock': '' } })).toMatchObject({
    docker: { installed: true, socket: true, mayUse: false, running: true },
  });
});

it('takes the docker that Podman brings for Podman', async () => {
  const podman = { text: 'podman version 4.9.3' };
  expect(await look({ runs: { 'docker --version': podman, 'podman --version': podman } })).toMatchObject({
    docker: { installed: false },
    podman: { installed: true },
  });
});

it('takes sockets of rootless engines only for what their paths say', async () => {
  const text = [
    '/run/user/1000/podman/podman.sock',
    '/run/user/1000/docker.sock',
    '/run/user/1000/bus.sock',
    '/run/user/1000/evil;docker.sock',
    '/run/user/../docker.sock',
  ].join('\n');
  // Where it may not enter another user's folder, it says so by its exit code.
  expect(await look({ runs: { [find]: { text, exitCode: 1 } } })).toMatchObject({
    rootless: ['/run/user/1000/podman/podman.sock', '/run/user/1000/docker.sock'],
  });
});
