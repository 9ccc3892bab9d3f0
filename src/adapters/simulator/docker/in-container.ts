import { ollamaCreateScript, ollamaPullScript } from '../../../core/ai/launch/launch-argv.js';
import type { SimContainer } from './sim-container.js';
import type { SimEngine } from './sim-engine.js';
import { ollamaModel } from './sim-models.js';

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const printed = (stdout: string): Ran => ({ exitCode: 0, stdout, stderr: '' });

/** As `ollama pull` has it, where no terminal looks on. */
function pulled(engine: SimEngine, container: SimContainer, model: string): Ran {
  const kept = ollamaModel(model);
  engine.keepModel(container, kept);
  return printed(
    `pulling manifest\npulling ${kept.digest.slice(0, 12)}: 100%\nverifying sha256 digest\nwriting manifest\nsuccess\n`,
  );
}

/** What a program prints in a container; one that the simulator does not know is not there. */
export function inContainer(engine: SimEngine, container: SimContainer, argv: readonly string[]): Ran {
  const [program = '', ...args] = argv;
  if (program === 'echo') return printed(`${args.join(' ')}\n`);
  if (program === 'true') return printed('');
  if (program === 'false') return { exitCode: 1, stdout: '', stderr: '' };
  if (program === 'hostname') return printed(`${container.id.slice(0, 12)}\n`);
  if (program === 'id' && args.length === 0) return printed('uid=0(root) gid=0(root) groups=0(root)\n');
  if (container.image.serves === 'ollama') {
    const [option, script, , model] = args;
    const whole = program === 'sh' && option === '-c' && (script === ollamaPullScript || script === ollamaCreateScript);
    if (whole && model !== undefined) {
      container.loaded = model;
      return pulled(engine, container, model);
    }
    if (program === 'ollama' && args[0] === 'pull' && args[1] !== undefined) return pulled(engine, container, args[1]);
  }
  return {
    exitCode: 127,
    stdout: '',
    stderr: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH\n`,
  };
}
