import type { Command } from '../../src/core/command.js';
import type { FakeBoard, FakeRun } from './fake-board.js';

const word = ({ argv }: Command, n: number): string => argv[n] ?? '';
const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `${i + 1}\n`).join('');

/** What any Debian host has, as the contract asks for it. */
export const debian: FakeBoard = {
  files: {
    '/proc/sys/kernel/ostype': 'Linux\n',
    '/etc/debian_version': '12.12\n',
    '/etc/hostname': 'fake\n',
    '/tmp/contract/old': 'old',
  },
  links: { '/tmp/contract/link': '/tmp/contract/old' },
  denied: ['/etc/shadow'],
  missing: ['no-such-program'],
  programs: {
    echo: ({ argv }): FakeRun => ({ text: `${argv.slice(1).join(' ')}\n` }),
    cat: ({ stdin = '' }): FakeRun => ({ text: typeof stdin === 'string' ? stdin : new TextDecoder().decode(stdin) }),
    false: (): FakeRun => ({ text: '', exitCode: 1 }),
    sleep: (): FakeRun => ({ text: '', never: true }),
    seq: (command): FakeRun => ({ text: numbers(Number(word(command, 1))) }),
  },
};
