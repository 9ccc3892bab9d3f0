import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { composeFile } from '../../../src/core/compose/compose-file.js';
import { composePlan } from '../../../src/core/compose/compose-plan.js';
import { composeScript } from '../../../src/core/compose/compose-script.js';
import { composition } from '../../../src/core/compose/compose-specs.js';
import { renderArgv } from '../../../src/core/command.js';
import { specOfWish } from '../../../src/core/docker/container-wish.js';
import { runArgv } from '../../../src/core/docker/run-argv.js';
import { specGrants } from '../../../src/core/docker/spec-grants.js';
import { Failure } from '../../../src/core/errors.js';
import { ContainerRun } from '../../../tools/container/container_run.js';
import { runs } from '../../setup/runs.js';

const seeded = { seed: 20261120, numRuns: runs(400) };
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    ...[
      '--privileged',
      '-v',
      '/:/host',
      '$(reboot)',
      '`reboot`',
      "a' ; reboot '",
      'a\nb',
      'a\0b',
      'a,readonly=false',
      'a=b',
    ],
    ...[
      '/var/run/../run/docker.sock',
      '/run',
      '/proc/self/root',
      '/dev/sda',
      'host',
      'container:x',
      'x y',
      '-',
      '',
      '; reboot #',
    ],
  ),
  fc.constantFrom('nginx:1', 'web', '/data', 'models', '8080:80', '/dev/video0', 'lab', 'A', '127.0.0.1:1:1/udp'),
);
const pair = (separator: string): fc.Arbitrary<string> => fc.tuple(nasty, nasty).map((two) => two.join(separator));
const wish = fc.record({
  image: fc.oneof(fc.constant('nginx:1'), nasty),
  name: fc.oneof(fc.constant('web'), nasty),
  command: fc.array(nasty, { maxLength: 3 }),
  env: fc.dictionary(fc.oneof(fc.constant('KEY'), nasty), nasty, { maxKeys: 2 }),
  secretFiles: fc.dictionary(fc.constantFrom('hf', '..', 'a'), nasty, { maxKeys: 1 }),
  ports: fc.array(nasty, { maxLength: 1 }),
  volumes: fc.array(pair(':'), { maxLength: 2 }),
  devices: fc.array(nasty, { maxLength: 1 }),
  network: fc.option(nasty, { nil: undefined }),
});

const options = /^--(?:name|pull|runtime|env|restart|publish|mount|device|network|label|env-file)=/;
const orRefused = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid_input') return undefined;
    throw error;
  }
};

const folder = mkdtempSync(join(tmpdir(), 'jetfleet-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The words that each docker command of a script is given. */
function dockerWords(script: string, stdin: string): string[][] {
  const stub = 'docker() { printf "%s\\0" "$@"; printf "\\n\\0"; }; ';
  // A job's standard input is a file: it can be opened once more for each container.
  const path = join(folder, 'in');
  writeFileSync(path, stdin);
  const input = openSync(path, 'r');
  const printed = execFileSync('/bin/sh', ['-c', stub + script], { encoding: 'utf8', stdio: [input, 'pipe', 'pipe'] });
  closeSync(input);
  return printed
    .split('\n\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

describe('hostile containers', () => {
  it('are refused, or are just the words that were meant, with no right that is not named', () => {
    const { input } = new ContainerRun().spec;
    const accepted: (readonly string[])[] = [];
    fc.assert(
      fc.property(wish, (given) => {
        const args = input.safeParse(given).data;
        if (args === undefined) return;
        const made = orRefused(() => {
          const spec = specOfWish(args, 'c0ffee0000000001');
          return { spec, ...runArgv(spec) };
        });
        if (made === undefined) return;
        const { spec, argv, stdin = '' } = made;
        const words = argv.slice(3, argv.length - args.command!.length - 1);
        expect(words.filter((word) => !options.test(word))).toEqual([]);
        expect(argv[argv.length - args.command!.length - 1]).toBe(args.image);
        expect(stdin.split('\n').slice(0, -1)).toEqual(
          Object.entries(args.env).map(([key, value]) => `${key}=${value}`),
        );
        const reaches = /--network=host$|docker\.sock|source=\/(?:,|run,|proc)|--device=\/dev\/sd/;
        if (words.some((word) => reaches.test(word))) expect(specGrants(spec)).not.toEqual([]);
        accepted.push(argv);
      }),
      seeded,
    );
    expect(accepted.length).toBeGreaterThan(0);
    if (process.platform === 'win32') return;
    const script = accepted.map((argv) => renderArgv(argv)).join('\n');
    expect(dockerWords(script, '')).toEqual(accepted.map(([, ...words]) => words));
  });

  it('of a compose file too', async () => {
    const file = fc.record({
      services: fc.dictionary(
        fc.oneof(fc.constant('web'), nasty),
        fc.record({
          image: fc.oneof(fc.constant('nginx:1'), nasty),
          command: fc.array(nasty, { maxLength: 2 }),
          environment: fc.dictionary(fc.constantFrom('A', 'B'), nasty, { maxKeys: 2 }),
          container_name: fc.oneof(fc.constant('web'), nasty),
          labels: fc.dictionary(fc.constantFrom('a', 'b-c'), nasty, { maxKeys: 1 }),
        }),
        { minKeys: 1, maxKeys: 2 },
      ),
      networks: fc.dictionary(fc.oneof(fc.constant('front'), nasty), fc.record({ name: nasty }), { maxKeys: 1 }),
      volumes: fc.dictionary(fc.oneof(fc.constant('data'), nasty), fc.record({ name: nasty }), { maxKeys: 1 }),
    });
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(file, async (data) => {
        const wanted = orRefused(() => {
          const made = composition(composeFile(data), 'lab');
          for (const { spec } of made.services) runArgv(spec);
          return made;
        });
        if (wanted === undefined || process.platform === 'win32') return;
        const plan = await composePlan(wanted, { containers: [], networks: [], volumes: [] }, 'c0ffee0000000001');
        const { argv, stdin = '' } = composeScript(
          'docker',
          plan,
          plan.services.map(({ spec }) => spec.image),
        );
        const words = dockerWords(argv[2] ?? '', stdin);
        const made = words.filter(([verb]) => verb === 'run');
        expect(made.map((each, i) => each.slice(each.indexOf(plan.services[i]?.spec.image ?? '') + 1))).toEqual(
          plan.services.map(({ spec }) => spec.command ?? []),
        );
        expect(new Set(words.map(([verb]) => verb))).toEqual(
          new Set(['pull', 'network', ...(plan.volumes.length > 0 ? ['volume'] : []), 'run']),
        );
        ran++;
      }),
      { ...seeded, numRuns: runs(300) },
    );
    if (process.platform !== 'win32') expect(ran).toBeGreaterThan(0);
  });
});
