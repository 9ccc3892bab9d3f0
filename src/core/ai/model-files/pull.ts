import { Failure } from '../../errors.js';
import type { JobReport } from '../../jobs/job-probe.js';
import { jobSentence } from '../../jobs/job-data.js';
import { argv, defineProbe, type ArgvRead, type Probe } from '../../probe/probe.js';
import { offerScript, pullScript } from './pull-script.js';
import { sidecarTemplate, type SidecarFacts } from './sidecar.js';

/** One file to be loaded. */
export interface PullOrder {
  readonly url: string;
  readonly path: string;
  /** What it has to be, where that is known. */
  readonly sha256?: string | undefined;
  readonly sizeBytes?: number | undefined;
  /** A file on the device with the hub's token. */
  readonly tokenFile?: string | undefined;
  readonly facts: SidecarFacts;
}

const title = 'jetfleet-pull';

function program(script: string, order: PullOrder): readonly ['sh', ...string[]] {
  const { url, path, sha256 = '-', sizeBytes, tokenFile = '-', facts } = order;
  const size = sizeBytes === undefined ? '-' : String(sizeBytes);
  return ['sh', '-c', script, title, url, path, sha256, size, tokenFile, sidecarTemplate(facts)];
}

/** The program of the job that loads a file. */
export const pullProgram = (order: PullOrder): readonly ['sh', ...string[]] => program(pullScript, order);

/** That program as a person reads it; undefined for any other. */
export function shownPull(words: readonly string[]): string | undefined {
  const [shell, option, script, name, url = '', path = '', sha256 = '-', size = '-', token = '-'] = words;
  if (shell !== 'sh' || option !== '-c' || script !== pullScript || name !== title) return undefined;
  const wanted = sha256 === '-' ? ['whose SHA-256 is not known'] : [`which must have SHA-256 ${sha256}`];
  const long = size === '-' ? [] : [`${size} bytes`];
  const by = token === '-' ? [] : [`with the token in ${token}, sent to the hub only`];
  return `load ${url} to ${path} (${[...long, ...wanted, ...by, 'public addresses only'].join('; ')})`;
}

/** Why a download ended without the file. */
const ends: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  'not-https': ['The site leads to an address that is not https.', 'Name another source of the file.'],
  'bad-host': ['The site leads to an address that cannot be asked.', 'Name another source of the file.'],
  private: [
    'The name of the site leads to an address in a private network, and models are loaded from the internet only.',
    'What lies on another device of the fleet is copied by model_copy. Where the device filters names (a DNS filter), have the name opened there.',
  ],
  'no-program': [
    'The device has neither curl nor wget.',
    'Install curl there, or pull on another device and use model_copy.',
  ],
  'bad-token': [
    'The file named by tokenFile holds no token of the hub, or the login user may not read it.',
    'A token begins with hf_ and stands alone in the first line. `hf auth login` on the device writes one to ~/.cache/huggingface/token.',
  ],
  redirects: ['The site redirects again and again.', 'Name the address that it leads to in the end.'],
  denied: [
    'The site wants a login for this file: the model is gated, or private.',
    'Accept its licence on the page of the model, make a read token on the hub, put it into a file on the device and give its path as tokenFile.',
  ],
  missing: [
    'The site has no such file.',
    'Compare repository, file and revision with the page of the model: case counts.',
  ],
  refused: ['The site refuses to give this file.', 'Try its address in a browser, or name another source.'],
  'other-size': [
    'The file on the site is of another size than was planned.',
    'It was replaced meanwhile, or sha256 is of another file. Plan the pull anew.',
  ],
  unreachable: [
    'The device does not reach the site.',
    'system_network tells whether it has a default route and name servers. Without internet pull on another device and use model_copy.',
  ],
  exists: ['There is another file at that path.', 'Give another name, or remove that file first (model_delete).'],
  'no-room': [
    'The disk has not enough room for the file.',
    'model_list and model_delete make room; system_storage tells what fills the disk.',
  ],
  'no-write': [
    'The file could not be written: a right is missing, the disk is full, or the site sent more than it had told.',
    'Look at the folder (file_list) and at the disk (system_storage).',
  ],
  cut: ['The download was cut again and again.', 'What came is kept: call again, and it goes on from there.'],
  damaged: [
    'What was loaded is not the file that was to be loaded: its length or its SHA-256 differ. It was removed.',
    'Where you gave sha256, compare it with the page of the model; else the file on the site changed, or something on the way alters it.',
  ],
};

function endWords(text: string): readonly string[] {
  const all = [...text.matchAll(/^jetfleet-end ([a-z-]+)((?: [0-9a-f-]+)*)$/gm)];
  const [, word, more = ''] = all.at(-1) ?? [];
  return word === undefined ? [] : [word, ...more.trim().split(' ')];
}

/** The failure that a word of the scripts stands for. */
function endFailure(word: string): Failure {
  const [message, hint] = ends[word] ?? ['The download ended without saying why.', 'job_output shows what it printed.'];
  const kind = word === 'denied' || word === 'bad-token' ? 'not_allowed' : 'command_failed';
  return new Failure(kind, message, { hint, retry: word === 'cut' || word === 'unreachable' ? 'yes' : 'no' });
}

/** The SHA-256 of a file that was loaded by a job that is through. Throws with the reason where it was not. */
export function pulledHash({ text, ...job }: JobReport): string {
  const [word, hash = ''] = endWords(text);
  if (word === 'ok' && /^[0-9a-f]{64}$/.test(hash)) return hash;
  if (word !== undefined && word !== 'ok') throw endFailure(word);
  throw new Failure('command_failed', `The file was not loaded. ${jobSentence(job)}`, {
    hint: 'What came is kept where its hash was known: call again, and it goes on from there.',
    retry: 'check_first',
  });
}

/** Whether it only looks over what has come by now. */
export const isHashing = (text: string): boolean => /^jetfleet-hashing$/m.test(text);

/** What the site tells of a file. */
export interface Offer {
  readonly sizeBytes?: number | undefined;
  readonly sha256?: string | undefined;
}

/** Asks the site from the device, which may have a token that this machine has not. Throws where it does not give the file. */
export function offerProbe(order: PullOrder): Probe<Offer, { offer: ArgvRead }> {
  return defineProbe({
    name: 'model-offer',
    reads: { offer: argv(program(offerScript, order)) },
    parse: ({ offer }) => {
      const [word = '', size = '', sha256 = ''] = endWords(offer.text);
      if (word !== 'offer') throw endFailure(word);
      return {
        sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : undefined,
        sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
      };
    },
  });
}
