import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { processesWith, until } from '../setup/processes.js';
import { describeWith } from '../setup/suite.js';
import { call, onlyData } from './calling.js';
import { KillLab, type Moment } from './kill-lab.js';
import { ensureBuilt } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

const tools = ['file_write', 'command_run', 'job_start', 'job_stop'];

/** The same on a real OpenSSH server with real files and processes, where what ran leaves a mark of its own. */
describeWith(fleetUnavailable(), 'a server that is killed while a real device works', () => {
  let fleet: RealFleet;
  let marks = '';
  const labs: KillLab[] = [];
  beforeAll(async () => {
    ensureBuilt();
    fleet = await startFleet(1);
    marks = mkdtempSync('/var/tmp/jetfleet-marks-');
    execFileSync('chown', [fleet.sshd.user, marks]);
  }, 120_000);
  afterAll(async () => {
    for (const lab of labs) lab.remove();
    await fleet.stop();
    rmSync(marks, { recursive: true, force: true });
  });

  function newLab(): KillLab {
    const lab = new KillLab(readFileSync(fleet.config, 'utf8'), tools);
    mkdirSync(join(lab.home, '.ssh'), { mode: 0o700 });
    copyFileSync(fleet.sshd.knownHostsFile, join(lab.home, '.ssh/known_hosts'));
    labs.push(lab);
    return lab;
  }

  /** A command that leaves a line for each time it ran. */
  const marking = (mark: string, seconds: number): string =>
    `echo ran >> ${join(marks, mark)}; sleep ${String(seconds)}; echo ended >> ${join(marks, mark)}`;
  const marked = (mark: string): string =>
    existsSync(join(marks, mark)) ? readFileSync(join(marks, mark), 'utf8') : '';

  async function laterServer(lab: KillLab, tool: string): Promise<Record<string, unknown>> {
    const client = await lab.start();
    await client.tools();
    const settled = () => lab.trail(tool).some(({ event }) => event === 'settled');
    while (!settled()) await new Promise((resolve) => setTimeout(resolve, 50));
    const [record] = lab.trail(tool);
    const job = record !== undefined && 'id' in record ? record.id : '';
    let told = onlyData(await call(client, 'job_output', { job }));
    while (told['state'] === 'waiting') told = onlyData(await call(client, 'job_output', { job }));
    await client.close();
    return told;
  }

  it.each<[Moment, 'command_run' | 'job_start', boolean]>([
    ['after:step:1', 'command_run', false],
    ['before:step_ended:1', 'command_run', true],
    ['after:step:1', 'job_start', false],
    ['before:step_ended:1', 'job_start', true],
  ])('%s of %s: it ran once or not at all, and a later server tells which', async (at, tool, ran) => {
    const lab = newLab();
    const mark = `${tool}-${at.replaceAll(':', '-')}`;
    await lab.die(at, tool, { script: marking(mark, 1) });
    const told = await laterServer(lab, tool);
    if (ran) await until(() => marked(mark).includes('ended'));
    expect(marked(mark)).toBe(ran ? 'ran\nended\n' : '');
    expect(told['state']).toBe(ran ? (tool === 'command_run' ? 'exited' : told['state']) : 'failed');
    expect(await lab.verdict()).toMatchObject({ ok: true, unended: [] });
    expect(lab.trail(tool).filter(({ event }) => event === 'step')).toHaveLength(1);
  });

  it.each<[Moment, boolean]>([
    ['after:step:1', false],
    ['before:step_ended:1', true],
  ])('%s of file_write: the file is whole or absent', async (at, ran) => {
    const lab = newLab();
    const path = join(marks, `file-${at.replaceAll(':', '-')}`);
    await lab.die(at, 'file_write', { path, text: 'x'.repeat(100_000) });
    expect(existsSync(path) ? statSync(path).size : 0).toBe(ran ? 100_000 : 0);
    expect(readdirSync(marks).filter((name) => name.startsWith('.'))).toEqual([]);
    const { unended } = await lab.verdict();
    expect(unended).toMatchObject([{ tool: 'file_write', devices: [{ device: 'nano-01', last: { step: 1 } }] }]);
  });

  it.each<[Moment, boolean]>([
    ['after:step:1', false],
    ['before:step_ended:1', true],
  ])('%s of job_stop: the job is stopped or goes on', async (at, ran) => {
    const lab = newLab();
    const client = await lab.start();
    const seconds = ran ? '4711.1' : '4711.2';
    const { job } = onlyData(await call(client, 'job_start', { argv: ['sleep', seconds] }));
    await lab.die(at, 'job_stop', { job });
    expect(processesWith(seconds).length > 0).toBe(!ran);
    const { unended } = await lab.verdict();
    expect(unended).toMatchObject([{ tool: 'job_stop', devices: [{ last: { step: 1 } }] }]);
    if (!ran) await call(client, 'job_stop', { job });
    await client.close();
  });
});
