import { expect, it } from '@jest/globals';
import { aptFailure } from '../../src/core/apt/troubles.js';
import { parsePackages } from '../../src/core/linux/packages.js';
import { dockerVersion } from '../../src/core/linux/docker.js';
import { knownBadDocker } from '../../src/core/apt/known-bad-docker.js';
import { daemonJsonWith } from '../../src/core/docker/daemon-json.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

describeWith(corpusMissing, 'recordings about packages and Docker', () => {
  it.each(recordingsOf('errors').filter(([path]) => path.includes('apt-lock')))('%s', (_path, text) => {
    const { message, hint, retry } = aptFailure(text);
    expect(message).toMatch(/^Another program holds the lock of apt or dpkg \(process \d+, unattended-upgr\)\.$/);
    expect([hint?.includes('Never remove the lock file'), retry]).toEqual([true, 'yes']);
  });

  it.each(recordingsOf('docker-daemon-json'))('%s has the runtime already', (_path, text) => {
    expect(daemonJsonWith(text, { nvidiaRuntime: true })).toEqual({ text, takes: 'nothing' });
    expect(daemonJsonWith(text, { nvidiaRuntime: true, defaultRuntime: 'nvidia' }).takes).toBe('reload');
  });

  it.each(recordingsOf('docker--version'))('%s is one that cannot publish ports on JetPack 6', (_path, text) => {
    expect(knownBadDocker(dockerVersion(text) ?? '', '5.15')).toBe(true);
  });

  it.each(recordingsOf('dpkg-query-W'))('%s', (_path, text) => {
    expect(parsePackages(text)).toMatchObject({ unknown: [] });
  });
});
