import { execFileSync } from 'node:child_process';
import { hostname, totalmem } from 'node:os';
import { expect, it } from '@jest/globals';
import { readAnswers } from '../../../src/core/probe/answers.js';
import type { Answers, Probe, Reads } from '../../../src/core/probe/probe.js';
import { partsOf, renderReads } from '../../../src/core/probe/render.js';
import { describeProbe } from '../../../src/core/probes/describe.js';
import { doctorProbe } from '../../../src/core/probes/doctor.js';
import { identityProbe } from '../../../src/core/probes/identity.js';
import { logsProbe } from '../../../src/core/probes/logs.js';
import { networkProbe } from '../../../src/core/probes/network.js';
import { processesProbe } from '../../../src/core/probes/processes.js';
import { serviceStatusProbe } from '../../../src/core/probes/service-status.js';
import { servicesProbe } from '../../../src/core/probes/services.js';
import { storageProbe } from '../../../src/core/probes/storage.js';
import { systemInfoProbe } from '../../../src/core/probes/system-info.js';
import { describeWith } from '../../setup/suite.js';

const missing = process.platform === 'linux' ? undefined : 'needs Linux: the probes are run on this host';

/** Asks this host the way a device is asked: the rendered script in a real shell. */
function askHere<T, R extends Reads>(probe: Probe<T, R>): T {
  const mark = 'mark-4711';
  const script = renderReads(partsOf(probe.reads).plain, mark);
  const output = execFileSync('/bin/sh', ['-c', `${script}\n:`], {
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    maxBuffer: 2 ** 26,
  });
  return probe.parse(readAnswers(probe.reads, mark, output) as Answers<R>);
}

describeWith(missing, 'the probes on this host, in a real shell', () => {
  it('identity', () => expect(askHere(identityProbe).hostname).toBe(hostname()));

  it('system_info', () => {
    const found = askHere(systemInfoProbe);
    expect(found).toMatchObject({ hostname: hostname(), memory: { totalBytes: totalmem() } });
    expect(found.kernel).toMatch(/^\d+\.\d+/);
    expect(found.uptimeSeconds).toBeGreaterThan(0);
    expect(found.cpu.online).toBeGreaterThan(0);
    expect(found).not.toHaveProperty('unknown');
  });

  it('system_storage', () => {
    const found = askHere(storageProbe({ health: false, largest: { path: '/etc', asRoot: false } }));
    expect(found.fileSystems['/']?.sizeBytes).toBeGreaterThan(0);
    expect(found.largest?.every(({ path, usedBytes }) => path.startsWith('/etc/') && usedBytes >= 0)).toBe(true);
    expect(found).not.toHaveProperty('unknown');
  });

  it('system_processes', () => {
    const found = askHere(processesProbe({ sort: 'memory', limit: 100, gpuMemory: false }));
    if (found.total > 0) expect(found.processes.some(({ name }) => /node|jest|MainThread/.test(name))).toBe(true);
    expect(found).not.toHaveProperty('unknown');
    expect(askHere(processesProbe({ sort: 'cpu', limit: 5, gpuMemory: false })).processes.length).toBeLessThanOrEqual(
      5,
    );
  });

  it('system_network', () => {
    const found = askHere(networkProbe);
    expect(found).not.toHaveProperty('unknown');
    if (found.notRead === undefined)
      expect(found.interfaces['lo']).toMatchObject({
        kind: 'loopback',
        addresses: expect.arrayContaining(['127.0.0.1/8']),
      });
  });

  it('device_describe and device_doctor', () => {
    expect(askHere(describeProbe)).toMatchObject({ hostname: hostname(), ramBytes: totalmem() });
    expect(Math.abs((askHere(doctorProbe).clockMs ?? 0) - Date.now())).toBeLessThan(3_600_000);
  });

  it('journal and services, which this host may lack', () => {
    for (const found of [
      askHere(logsProbe({ kernel: false, limit: 5 })),
      askHere(servicesProbe({ state: 'all', limit: 5 })),
      askHere(serviceStatusProbe('no-such-unit.service', 3)),
    ]) {
      expect(found.unknown ?? []).toEqual([]);
    }
  });
});
