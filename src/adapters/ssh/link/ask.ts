import type { Answers, Probe, Reads } from '../../../core/probe/probe.js';
import { deniedAnswers, readAnswers } from '../../../core/probe/answers.js';
import { partsOf, renderInSudo, renderReads } from '../../../core/probe/render.js';
import { execute } from './exec.js';
import { newMark } from './mark.js';
import { CappedBytes } from './capped-bytes.js';
import { exchangeTooLong } from './link-failures.js';
import { environment } from './remote-scripts.js';
import type { Channels } from './channels.js';
import type { ExchangeLimits, Session } from './session.js';
import type { Sudo } from './sudo.js';

export interface AskedLink {
  readonly channels: Channels;
  readonly session: Session;
  readonly sudo: Sudo;
}

/** Asks one device: one exchange over the session shell, and one beside it where sudo wants a password. */
export async function askProbe<T, R extends Reads>(
  probe: Probe<T, R>,
  link: AskedLink,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<T> {
  return probe.parse((await answersOf(probe.reads, link, limits, signal)) as Answers<R>);
}

function answersOf(
  reads: Reads,
  link: AskedLink,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Answers<Reads>> {
  const { plain, root } = partsOf(reads);
  const isPlain = Object.keys(root).length === 0;
  return isPlain ? readPlain(reads, link, limits, signal) : readWithRoot(reads, { plain, root }, link, limits, signal);
}

async function readPlain(
  reads: Reads,
  { session }: AskedLink,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Answers<Reads>> {
  if (Object.keys(reads).length === 0) return {};
  const mark = newMark();
  const { output } = await session.exchange(renderReads(reads, mark), limits, signal);
  return readAnswers(reads, mark, output);
}

async function readWithRoot(
  reads: Reads,
  parts: { readonly plain: Reads; readonly root: Reads },
  link: AskedLink,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Answers<Reads>> {
  switch (await link.sudo.kind(signal)) {
    case 'root':
      return readPlain(reads, link, limits, signal);
    case 'nopasswd':
      return readTogether(parts.plain, parts.root, link, limits, signal);
    case 'password': {
      const both = [
        readPlain(parts.plain, link, limits, signal),
        readBeside(parts.root, link, limits, signal),
      ] as const;
      const [plain, root] = await Promise.all(both);
      return { ...plain, ...root };
    }
    case 'none':
      return { ...(await readPlain(parts.plain, link, limits, signal)), ...deniedAnswers(parts.root) };
  }
}

/** Plain and root reads in one exchange, told apart by a line between them. */
async function readTogether(
  plain: Reads,
  root: Reads,
  { session, sudo }: AskedLink,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Answers<Reads>> {
  const [plainMark, between, rootMark] = [newMark(), newMark(), newMark()];
  const script = [
    renderReads(plain, plainMark),
    `printf '\\n%s\\n' ${between}`,
    renderInSudo(`${environment}\n${renderReads(root, rootMark)}`),
  ].join('\n');
  const { output } = await session.exchange(script, limits, signal);
  const cut = output.indexOf(`\n${between}\n`);
  const rootOutput = cut < 0 ? output.subarray(output.length) : output.subarray(cut);
  const answers = readAnswers(plain, plainMark, cut < 0 ? output : output.subarray(0, cut));
  // Without its mark sudo did not run: the rights were taken away since they were looked up.
  if (rootOutput.includes(rootMark)) return { ...answers, ...readAnswers(root, rootMark, rootOutput) };
  sudo.forget();
  return { ...answers, ...deniedAnswers(root) };
}

/** Root reads on a channel of their own, where sudo takes its password from standard input. */
async function readBeside(
  root: Reads,
  { channels, sudo }: AskedLink,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Answers<Reads>> {
  const mark = newMark();
  const stdout = new CappedBytes(limits.maxBytes);
  const onStdout = (chunk: Buffer): 'more' | 'enough' => {
    stdout.add(chunk);
    return stdout.truncated ? 'enough' : 'more';
  };
  const argv = ['/bin/sh', '-c', renderReads(root, mark)] as const;
  const elevation = await sudo.elevation(signal);
  const { timeoutMs } = limits;
  await execute(channels, { argv, elevation, timeoutMs, onStdout, onStderr: () => undefined }, signal);
  if (stdout.truncated) throw exchangeTooLong(limits.maxBytes);
  return readAnswers(root, mark, stdout.bytes());
}
