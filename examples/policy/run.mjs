// Tries policy.yaml: by `jetfleet policy test` on a table of calls, then on simulated boards.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, example, home, jetfleet, simulate } from '../setup.mjs';

const lab = 'orin-nano-super-01';
const plant = 'xavier-nx-01';

/** What is asked when, of which board, and what has to come out: the decision, and where it stands. */
const table = [
  ['system_reboot', plant, {}, 'sat 22:00', 'ask', 'rules[0]'],
  ['system_reboot', plant, {}, 'sun 01:59', 'ask', 'rules[0]'],
  ['system_reboot', plant, {}, 'sun 02:00', 'deny', 'rules[1]'],
  ['system_reboot', plant, {}, 'sat 21:59', 'deny', 'rules[1]'],
  ['system_reboot', lab, {}, 'mon 10:00', 'allow', 'rules[5]'],
  ['power_set_mode', plant, { mode: 'MODE_10W_2CORE' }, 'mon 10:00', 'deny', 'rules[1]'],
  ['power_set_mode', lab, { mode: '15W' }, 'mon 10:00', 'allow', 'rules[5]'],
  ['cpu_set_governor', plant, { governor: 'schedutil' }, 'mon 10:00', 'ask', 'default'],
  ['hardware_stats', plant, {}, 'mon 10:00', 'allow', 'default'],
  ['file_read', lab, { path: '/home/ops/production.env' }, 'mon 10:00', 'allow', 'rules[2]'],
  ['file_read', plant, { path: '/home/ops/production.env' }, 'mon 10:00', 'deny', 'default'],
  ['file_read', lab, { path: '/etc/shadow' }, 'mon 10:00', 'deny', 'default'],
  ['file_write', plant, { path: '/home/ops/models.json', text: '{}' }, 'sat 23:00', 'deny', 'rules[3]'],
  ['file_write', lab, { path: '/home/ops/models.json', text: '{}' }, 'mon 10:00', 'allow', 'rules[5]'],
  ['file_write', lab, { path: '/etc/sudoers', text: 'x' }, 'mon 10:00', 'deny', 'default'],
  ['command_run', lab, { argv: ['nvpmodel', '-q'] }, 'mon 10:00', 'allow', 'rules[4]'],
  ['command_run', lab, { argv: ['nvpmodel', '-m', '0'] }, 'mon 10:00', 'deny', 'default'],
  ['job_start', lab, { argv: ['uptime'] }, 'mon 10:00', 'deny', 'default'],
];

await example(async () => {
  const { config } = await simulate(8);
  const policy = join(home, 'policy.yaml');
  copyFileSync(new URL('policy.yaml', import.meta.url), policy);
  chmodSync(policy, 0o600);
  const options = ['--config', config, '--policy', policy];

  for (const [tool, selector, own, at, decision, place] of table) {
    const args = JSON.stringify({ selector, ...own });
    const { code, stdout, stderr } = await jetfleet(['policy', 'test', tool, args, '--at', at, '--json', ...options]);
    assert.equal(code, 0, stderr);
    const [verdict] = JSON.parse(stdout).devices;
    assert.deepEqual([verdict.decision, verdict.place], [decision, place], `${tool} on ${selector}, ${at}`);
    console.log(`${decision.padEnd(5)} ${tool} ${args} ${at}`);
  }

  // What a rule allows is done, by --yes, with nobody at the keyboard.
  const free = await call('power_set_mode', { selector: lab, mode: '15W' }, ['--yes', ...options]);
  assert.equal(free.code, 0);
  assert.equal(free.reply.groups[0].data.says, 'The power mode is 15W, without a reboot.');
  assert.equal(await modeOf(lab, options), '15W');

  // What is to be asked about is not done, whatever --yes says, and what is denied is not.
  const asked = await call('clocks_set', { selector: plant, state: 'max' }, ['--yes', ...options]);
  assert.deepEqual([asked.code, asked.reply.failures[0].kind], [1, 'not_confirmed']);
  const clocks = await call('clocks_status', { selector: plant }, options);
  assert.equal(clocks.reply.groups[0].data.state, 'dynamic');
  const file = { path: '/home/ops/models.json', text: '{}' };
  const denied = await call('file_write', { selector: plant, ...file }, ['--yes', ...options]);
  assert.deepEqual([denied.code, denied.reply.failures[0].kind], [1, 'not_allowed']);
  assert.match(denied.reply.failures[0].message, /the application comes with the release$/);
  assert.deepEqual(await filesOf(plant, options), []);
  assert.equal((await call('file_write', { selector: lab, ...file }, ['--yes', ...options])).code, 0);
  assert.deepEqual(await filesOf(lab, options), ['models.json']);
});

async function modeOf(selector, options) {
  const { reply } = await call('power_modes', { selector }, options);
  return reply.groups[0].data.current.name;
}

async function filesOf(selector, options) {
  const { reply } = await call('file_list', { selector, path: '/home/ops' }, options);
  return reply.groups[0].data.entries.map(({ name }) => name);
}
