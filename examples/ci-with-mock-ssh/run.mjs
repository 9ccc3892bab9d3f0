// Runs the shell lines of workflow.yml as CI does, then records a transcript of its own and replays it.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { call, env, example, home, program, simulate, start } from '../setup.mjs';

const checkout = join(home, 'checkout');
const transcript = join(home, 'own.jsonl');

await example(async () => {
  cpSync(fileURLToPath(new URL('.', import.meta.url)), checkout, { recursive: true });
  const blocks = stepsOf(readFileSync(join(checkout, 'workflow.yml'), 'utf8'));
  assert.equal(blocks.length, 2);
  for (const block of blocks) await asInCi(block);
  console.log(readFileSync(join(checkout, 'found.txt'), 'utf8').trimEnd());

  // What was never asked before is not made up.
  const mock = ['--mock-ssh', '--transcript', join(checkout, 'power-modes.jsonl')];
  const { code, reply } = await call('system_logs', { selector: 'nano-01' }, mock);
  assert.deepEqual([code, reply.failures[0].kind], [1, 'unsupported']);

  // How the transcripts came about: the same call, once, with --record, on real boards or on simulated ones.
  const { config } = await simulate(3);
  const seen = await call('hardware_throttle', { selector: 'all' }, ['--config', config, '--record', transcript]);
  assert.equal(seen.reply.summary.ok, 3);
  const again = await call('hardware_throttle', { selector: 'all' }, ['--mock-ssh', '--transcript', transcript]);
  assert.deepEqual(again, seen);
  // It holds no secrets, yet it is nobody else's business. Windows has no modes.
  if (process.platform !== 'win32') assert.equal(statSync(transcript).mode & 0o077, 0);
});

/** The blocks of shell lines in a workflow. */
function stepsOf(text) {
  const blocks = text.matchAll(/^( +)- run: \|\n((?:\1 {4}.*\n)+)/gm);
  return [...blocks].map(([, indent, lines]) => lines.replaceAll(`\n${indent}    `, '\n').trim());
}

/** Runs shell lines in the checkout, as GitHub does; `jetfleet` is on the PATH as if it were installed. */
async function asInCi(lines) {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'jetfleet'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(bin, 'jetfleet'), 0o755);
  const ci = { ...env, JETFLEET_MOCK_SSH: '1', PATH: `${bin}${delimiter}${env.PATH}` };
  const shell = start('sh', ['-e', '-c', lines], { cwd: checkout, env: ci });
  shell.stderr.pipe(process.stderr);
  shell.stdout.pipe(process.stdout);
  const [code] = await once(shell, 'close');
  assert.equal(code, 0, `These lines failed. Does jetfleet ask other things now? Then run record.mjs.\n${lines}`);
}
