// Does what README.md says on simulated boards behind an SSH server that forwards, and fails where it comes out otherwise.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { call, example, home, simulate } from '../setup.mjs';
import { startBastion } from './bastion.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const config = ['--config', here('fleet.yaml')];
const addresses = ['10.0.7.21:22', '10.0.7.22:22', '10.0.7.23:22', '10.0.7.31:22'];

await example(async () => {
  const { boards, key } = await simulate(addresses.length);
  const bastion = await startBastion(Object.fromEntries(addresses.map((each, n) => [each, boards[n].port])));
  try {
    login(bastion, key);

    // Every board is reached, by way of the bastion, which was asked for each of them once.
    const info = await call('system_info', { selector: 'all' }, config);
    assert.deepEqual(info.reply.summary, { ok: 4, failed: 0, skipped: 0 });
    assert.deepEqual([...bastion.passed].sort(), addresses);
    // accept-new wrote the boards down, under their own addresses; the bastion was there before.
    const known = readFileSync(join(home, '.ssh/known_hosts'), 'utf8').trim().split('\n');
    assert.equal(known.length, 1 + addresses.length);

    // Selectors: a group, a label, both, a fact that is asked of the boards, and a range of names.
    assert.deepEqual(await chosen('@line'), ['line-01', 'line-02', 'line-03']);
    assert.deepEqual(await chosen('role=camera'), ['gate-01', 'line-01', 'line-02']);
    assert.deepEqual(await chosen('@line and not role=camera'), ['line-03']);
    assert.deepEqual(await chosen('@line and module=orin-*'), ['line-01', 'line-03']);
    assert.deepEqual(await chosen('line-[01-02]'), ['line-01', 'line-02']);

    // A plan over a group says for each kind of board what would be done, and does nothing.
    const args = { selector: '@line and module=orin-*', mode: '15W', plan: true };
    const { reply } = await call('power_set_mode', args, config);
    assert.deepEqual(
      reply.plan.steps.map(({ devices, says, commands }) => [devices, / reboots at once/.test(says), commands]),
      [
        [['line-01'], false, ['sudo nvpmodel -m 0']],
        [['line-03'], true, ['sudo nvpmodel -m 2 < "YES\\n"']],
      ],
    );
    for (const { devices, says } of reply.plan.steps) console.log(`${devices.join(', ')}: ${says}`);

    // The same without `plan`, but nobody to ask: refused.
    const refused = await call('power_set_mode', { selector: '@line and module=orin-*', mode: '15W' }, config);
    assert.equal(refused.code, 1);
    assert.equal(refused.reply.failures[0].kind, 'not_confirmed');
  } finally {
    bastion.server.close();
  }
});

async function chosen(selector) {
  const { reply } = await call('system_info', { selector }, config);
  return reply.groups.flatMap(({ devices }) => devices).sort();
}

/** ~/.ssh as its user has it: the bastion's alias and key, and a key that opens bastion and boards. */
function login({ port, key: bastionKey }, key) {
  const folder = join(home, '.ssh');
  mkdirSync(folder, { mode: 0o700 });
  const sshConfig = readFileSync(here('ssh-config'), 'utf8')
    .replace('bastion.example.org', '127.0.0.1')
    .replace('Port 22', `Port ${port}`);
  writeFileSync(join(folder, 'config'), sshConfig, { mode: 0o600 });
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${bastionKey}\n`, { mode: 0o600 });
  copyFileSync(key, join(folder, 'id_ed25519'));
}
