import type { Command } from '../../../src/core/command.js';
import { Failure } from '../../../src/core/errors.js';
import type { FakeBoard, FakeRun } from '../../fakes/fake-board.js';
import { modeFile, orin, orinFiles } from './boards.js';

const modes = [
  [0, '15W', 6, 1497600, 612000000, 240],
  [1, '25W', 6, 1344000, 918000000, 240],
  [2, 'MAXN_SUPER', 6, -1, -1, 240],
  [3, '7W', 4, 960000, 408000000, 252],
] as const;

export const bootIds = ['11111111-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000002'] as const;

const prompt = (id: string): string =>
  `NVPM WARN: Reboot required for changing to this power mode: ${id}\nNVPM WARN: DO YOU WANT TO REBOOT NOW? enter YES/yes to confirm:\n`;
const refused = 'NVPM ERROR: bad input!\nNVPM ERROR: optMask is 1, no request for power mode\n';

/** How a fake board behaves that can switch its power mode. */
export interface Switching {
  /** Its GPU was used since it booted. */
  readonly golden?: boolean;
  /** The link breaks while nvpmodel runs. */
  readonly cut?: boolean;
  /** It takes the command and does nothing. */
  readonly deaf?: boolean;
  /** The mode's limits are not applied. */
  readonly limitless?: boolean;
  readonly l4t?: string;
  readonly sudo?: 'none';
  readonly id?: number;
}

/** An Orin Nano Super that switches, asks, reboots and comes back; `boot` lets time pass until it is up. */
export class SwitchingBoard {
  id: number;
  boots = 0;
  uptimeSeconds = 300;
  stdins: (string | undefined)[] = [];
  readonly #how: Switching;
  #pending: number | undefined;

  constructor(how: Switching = {}) {
    this.#how = how;
    this.id = how.id ?? 1;
  }

  /** The board as it is now. */
  get now(): FakeBoard {
    const { l4t = '36.4.4' } = this.#how;
    const [major, ...rest] = l4t.split('.');
    return {
      ...orin,
      ...(this.#how.sudo && { sudo: this.#how.sudo }),
      files: {
        ...orinFiles,
        '/etc/nvpmodel.conf': modeFile(modes),
        '/var/lib/nvpmodel/status': `pmode:000${this.id}`,
        '/proc/sys/kernel/random/boot_id': `${bootIds[this.boots % 2] ?? ''}\n`,
        '/proc/uptime': `${this.uptimeSeconds}.25 900.00\n`,
        '/etc/nv_tegra_release': `# R${major} (release), REVISION: ${rest.join('.')}, GCID: 1, BOARD: generic, EABI: aarch64, DATE: Mon Jun 16 16:07:13 UTC 2025\n`,
      },
      runs: { 'systemctl is-system-running': { text: 'running\n' } },
      programs: { nvpmodel: (command) => this.#nvpmodel(command) },
    };
  }

  /** The reboot that nvpmodel began is over; `into` another mode than was asked for. */
  boot(into?: number): void {
    this.id = into ?? this.#pending ?? this.id;
    this.#pending = undefined;
    this.boots += 1;
  }

  #nvpmodel({ argv, stdin }: Command): FakeRun {
    const [, verb, id = ''] = argv;
    if (verb === '-q') return { text: this.#query() };
    this.stdins.push(typeof stdin === 'string' ? stdin : undefined);
    const wanted = Number(id);
    if (this.#how.deaf) return { text: '' };
    const mask = (each: number): number | undefined => modes[each]?.[5];
    if (mask(wanted) === mask(this.id) && this.#how.golden !== true) {
      this.id = wanted;
      return { text: '' };
    }
    if (stdin !== 'YES\n') return { text: `${prompt(id)}${refused}` };
    this.#pending = wanted;
    if (this.#how.cut) throw new Failure('unreachable', 'The link was cut.', { retry: 'check_first' });
    return { text: `${prompt(id)}NVPM WARN: rebooting\n` };
  }

  #query(): string {
    const [id, name, , , gpu, mask] = modes[this.id] ?? modes[0];
    const real = this.#how.limitless ? 1020000000 : gpu;
    return (
      `NVPM VERB: Current mode: NV Power Mode: ${name}\n${id}\n` +
      `NVPM VERB: PARAM TPC_POWER_GATING: ARG TPC_PG_MASK: PATH /x: REAL_VAL: ${mask} CONF_VAL: ${mask}\n` +
      `NVPM VERB: PARAM GPU: ARG MAX_FREQ: PATH /x: REAL_VAL: ${real} CONF_VAL: ${gpu}\n`
    );
  }
}
