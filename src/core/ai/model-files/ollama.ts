import { Failure } from '../../errors.js';
import type { JobReport } from '../../jobs/job-probe.js';
import { jobSentence } from '../../jobs/job-data.js';
import type { ModelUser } from './model-users.js';

/** Where Ollama runs on a device. */
export type OllamaHome = { readonly kind: 'container'; readonly name: string } | { readonly kind: 'host' };

const noOllama = (): Failure =>
  new Failure('unsupported', 'No Ollama runs on this device.', {
    hint: 'ai_launch with engine ollama starts one and loads a model; GGUF files from the hub need none (from: hf:...).',
    retry: 'no',
  });

/** The Ollama of a device: jetfleet's container, else another one by its image, else the program of the host. */
export function ollamaHome(users: readonly ModelUser[], onHost: boolean): OllamaHome {
  const ours = users.find(({ engine }) => engine === 'ollama') ?? users.find(({ isOllama }) => isOllama);
  if (ours !== undefined) return { kind: 'container', name: ours.name };
  if (onHost) return { kind: 'host' };
  throw noOllama();
}

/** How it is called, in words. */
export const homeWords = (home: OllamaHome): string =>
  home.kind === 'host' ? 'the Ollama of the device' : `the Ollama in container ${home.name}`;

const reasons: readonly (readonly [RegExp, string, string])[] = [
  [
    /file does not exist|manifest unknown|not found/i,
    'Ollama has no model of that name.',
    'Names stand on ollama.com/library; a tag follows after a colon.',
  ],
  [
    /requires a newer version/i,
    'This Ollama is too old for the model.',
    'ai_match names a newer image; launch it by ai_launch.',
  ],
  [/no space left/i, 'The disk is full.', 'model_delete makes room.'],
  [
    /could not connect to ollama|connection refused/i,
    'The server of this Ollama does not run.',
    'ai_list or service_status ollama.service shows it.',
  ],
  [
    /dial tcp|lookup|i\/o timeout|tls/i,
    'The device does not reach the library of Ollama.',
    'system_network shows its routes and name servers.',
  ],
];

/** Throws where a job of Ollama's command line did not come to a good end. */
export function checkOllama({ text, ...job }: JobReport): void {
  if (job.state === 'exited' && job.exitCode === 0) return;
  const found = reasons.find(([pattern]) => pattern.test(text));
  const [message, hint] =
    job.state === 'exited' && found !== undefined
      ? [found[1], found[2]]
      : [
          `The model was not loaded. ${jobSentence(job)}`,
          'job_output shows what Ollama printed. Finished layers are kept.',
        ];
  throw new Failure('command_failed', message, { hint, retry: 'check_first' });
}
