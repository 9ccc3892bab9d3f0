// Does what README.md says, on a simulated board, and fails where it comes out otherwise.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { example, home, jetfleet, simulate } from '../setup.mjs';
import { openSession } from './assistant.mjs';

const here = (name) => new URL(name, import.meta.url);

await example(async () => {
  const { boards, key } = await simulate(1);
  const [{ port }] = boards;

  // The board's name leads to the simulator, and its login is prepared, as yours would be.
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  writeFileSync(join(home, '.ssh/config'), `Host orin.local\n  HostName 127.0.0.1\n  Port ${port}\n`, { mode: 0o600 });
  copyFileSync(key, join(home, '.ssh/id_ed25519'));
  writeFileSync(join(home, '.orin-sudo'), 'jetfleet-simulator\n', { mode: 0o600 });

  // 1. jetfleet init says where the fleet file is and what Claude Desktop needs.
  const { code, stdout } = await jetfleet(['init']);
  assert.equal(code, 0);
  const [, place] = /^Wrote (.*)$/m.exec(stdout);
  copyFileSync(here('fleet.yaml'), place);
  const [, printed] = /^Claude Desktop .*\n([^]*?)\n\n/m.exec(stdout);
  const config = JSON.parse(printed);
  const shown = JSON.parse(readFileSync(here('claude-desktop-config.json'), 'utf8'));
  assert.deepEqual(withoutPaths(config), withoutPaths(shown));

  // 2. Claude Desktop starts the server just so.
  const asked = [];
  let yes = false;
  const claude = await openSession(config.mcpServers.jetfleet, (question) => {
    asked.push(question);
    return yes;
  });
  assert.ok((await claude.tools()).includes('power_set_mode'));

  // 3. "How is my board doing?" Looking needs no consent.
  const stats = await claude.call('hardware_stats', {});
  assert.deepEqual(stats.groups[0].devices, ['orin']);
  assert.ok(stats.groups[0].data.power.totalMilliwatts > 1000);

  // 4. "What would it take to run it at 15 watts?" A plan does nothing.
  const planned = await claude.call('power_set_mode', { mode: '15W', plan: true });
  assert.deepEqual(planned.plan.steps[0].commands, ['sudo nvpmodel -m 0']);
  assert.deepEqual(asked, []);

  // 5. "Do it." The person says no, and nothing happens; then yes.
  const declined = await claude.call('power_set_mode', { mode: '15W' });
  assert.equal(declined.failures[0].kind, 'not_confirmed');
  assert.equal(await modeOf(claude), '25W');
  yes = true;
  const done = await claude.call('power_set_mode', { mode: '15W' });
  assert.equal(done.groups[0].data.says, 'The power mode is 15W, without a reboot.');
  assert.equal(await modeOf(claude), '15W');
  assert.equal(asked.length, 2);
  assert.match(asked[1], /Switches the power mode from 25W to 15W, without a reboot\.[^]*\n {2}sudo nvpmodel -m 0$/);
  console.log(asked[1]);

  // 6. What was asked, answered and done is on record.
  assert.match((await jetfleet(['audit', 'verify'])).stdout, /^The audit log is whole: \d+ records\.\n$/);
});

async function modeOf(claude) {
  const { groups } = await claude.call('power_modes', {});
  return groups[0].data.current.name;
}

/** The same with every path as one word. */
function withoutPaths(value) {
  return JSON.parse(
    JSON.stringify(value, (_, item) => (/[\\/]/.test(item) && typeof item === 'string' ? 'PATH' : item)),
  );
}
