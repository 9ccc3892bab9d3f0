// Records the transcripts of this example anew, on simulated boards. To be run when jetfleet asks boards other things than before.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { call, example, simulate } from '../setup.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

await example(async () => {
  const { config } = await simulate(4);
  const record = (name) => ['--config', config, '--record', here(name)];
  const modes = await call('power_modes', { selector: 'all' }, record('power-modes.jsonl'));
  assert.equal(modes.reply.summary.ok, 4);

  chmodSync(here('policy.yaml'), 0o600);
  const set = { selector: 'orin-*', mode: '15W' };
  const done = await call('power_set_mode', set, ['--yes', '--policy', here('policy.yaml'), ...record('to-15w.jsonl')]);
  assert.equal(done.reply.summary.ok, 2);
});
