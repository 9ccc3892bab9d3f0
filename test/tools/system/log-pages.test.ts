import { describe, expect, it } from '@jest/globals';
import { journalFields } from '../../../src/core/linux/journal.js';
import { consensusOf } from '../../../src/core/reply/consensus.js';
import { SystemLogs } from '../../../tools/system/system_logs.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { orinNano } from '../orin-nano-board.js';

const tool = new SystemLogs();
const cursor = (n: number): string => `s=0a;i=${n.toString(16)}`;
const numberOf = (mark: string): number => Number.parseInt(mark.slice('s=0a;i='.length), 16);
const begin = Date.UTC(2026, 10, 20, 6, 50) * 1000;

/**
 * A board whose journalctl understands `-n`, `--unit` and, as that of JetPack does, the cursors: with one, `-n` counts on from there,
 * and `--after-cursor` leaves out the first entry that fits, be it that of the cursor or not. What is odd is of odd.service.
 */
function journalOf(messages: readonly string[]): FakeDevice {
  const all = messages.map((MESSAGE, n) => ({
    ...{ __CURSOR: cursor(n), __REALTIME_TIMESTAMP: String(begin + n * 1e5), PRIORITY: '4', MESSAGE },
    _SYSTEMD_UNIT: MESSAGE.endsWith('odd') ? 'odd.service' : 'a.service',
  }));
  const journalctl = ({ argv }: { readonly argv: readonly string[] }) => {
    expect(argv).toContain(journalFields);
    const depth = Number(argv[argv.indexOf('-n') + 1]);
    const option = (name: string) => argv.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
    const [unit, from, past] = [option('--unit'), option('--cursor'), option('--after-cursor')];
    const fit = all.filter(({ _SYSTEMD_UNIT }) => unit === undefined || unit === _SYSTEMD_UNIT);
    const mark = from ?? past;
    const rest = fit.filter(({ __CURSOR }) => mark !== undefined && numberOf(__CURSOR) >= numberOf(mark));
    const shown = mark === undefined ? fit.slice(-depth) : rest.slice(past === undefined ? 0 : 1).slice(0, depth);
    return { text: shown.map((each) => JSON.stringify(each)).join('\n') };
  };
  return new FakeDevice('nano-01', { ...orinNano, programs: { journalctl } });
}
const read = async (device: FakeDevice, args: object = {}) =>
  tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));

/** Reads on until there is no more, as a client would. */
async function readAll(device: FakeDevice, args: object, start: string): Promise<string[]> {
  const messages: string[] = [];
  let after: string | undefined = start;
  for (let calls = 0; after !== undefined; calls++) {
    expect(calls).toBeLessThan(200);
    const page = await read(device, { ...args, after });
    expect(page).not.toHaveProperty('earlier');
    messages.push(...page.entries.map(({ message }) => message));
    after = page.later === true ? page.after : undefined;
  }
  return messages;
}

describe('reading a journal on from a position', () => {
  const messages = Array.from({ length: 50 }, (_, n) => `line ${n}${n % 5 === 0 ? ' odd' : ''}`);
  const odd = messages.filter((text) => text.endsWith('odd'));

  it.each([
    ['text', { grep: 'odd', limit: 1 }, odd],
    ['text, three at a time', { grep: 'ODD', limit: 3 }, odd],
    ['time', { since: '1h', limit: 7 }, messages],
    ['nothing', { limit: 7 }, messages],
    ['unit, of which the entry at the position is not', { unit: 'odd.service', limit: 3 }, odd],
    ['unit and text, of which it is not', { unit: 'odd.service', grep: 'line', limit: 3 }, odd],
  ])('loses no entry that fits: by %s', async (_what, args, all) => {
    const found = await readAll(journalOf(['first', ...messages]), args, cursor(0));
    expect(found).toEqual(all);
  });

  it('shows the oldest first, and goes on from the last that it showed', async () => {
    const page = await read(journalOf(messages), { after: cursor(0), grep: 'odd', limit: 2 });
    expect(page.entries.map(({ message }) => message)).toEqual(['line 5 odd', 'line 10 odd']);
    expect(page).toMatchObject({ after: cursor(10), later: true, matched: 9 });
  });

  it('finds the only one, and stays where it is once nothing follows', async () => {
    const device = journalOf(['a', 'b', 'one odd', 'c']);
    const page = await read(device, { unit: 'odd.service', after: cursor(0) });
    expect(page).toMatchObject({ matched: 1, lookedAt: 1, after: cursor(2), entries: [{ message: 'one odd' }] });
    expect(page).not.toHaveProperty('later');
    for (const after of [cursor(2), cursor(3)])
      expect(await read(device, { unit: 'odd.service', after })).toMatchObject({ found: false, lookedAt: 0, after });
  });

  it('goes to the end of what it looked at where nothing more fits', async () => {
    const page = await read(journalOf(messages), { after: cursor(0), grep: 'nothing like this' });
    expect(page).toMatchObject({ found: false, matched: 0, entries: [], after: cursor(49) });
    expect(page).not.toHaveProperty('later');
  });
});

describe('the size of an answer', () => {
  const long = Array.from({ length: 300 }, (_, n) => `${n} ${'word "quoted" '.repeat(40)}`.slice(0, 400));

  it('keeps the newest and says that older ones fit', async () => {
    for (const args of [{}, { limit: 500 }, { limit: 500, grep: 'word' }]) {
      const page = await read(journalOf(long), args);
      expect(JSON.stringify(page).length).toBeLessThan(8_000);
      expect(page.earlier).toBe(true);
      expect(page.entries.at(-1)?.message.startsWith('299 ')).toBe(true);
    }
  });

  it('keeps the oldest after a position, and reads on without a gap', async () => {
    const messages = await readAll(journalOf(long), { limit: 500 }, cursor(0));
    expect(messages.map((text) => Number.parseInt(text, 10))).toEqual(Array.from({ length: 299 }, (_, n) => n + 1));
  });
});

describe('many boards', () => {
  const answers = async (logs: readonly (readonly string[])[], args: object) =>
    Promise.all(logs.map(async (log, n) => ({ device: `nano-${n}`, data: await read(journalOf(log), args) })));
  const oom = 'Out of memory: Killed process 4711 (python3) total-vm:1kB';
  const full = 'write failed: No space left on device';

  it('says which of them logged a text', async () => {
    const logs = Array.from({ length: 16 }, (_, n) => ['a', ...(n === 3 || n === 9 ? ['Link is Down', oom] : [])]);
    const { groups, spread } = consensusOf(await answers(logs, { grep: 'link is down' }), tool.spec, false);
    expect(groups).toEqual([
      { devices: expect.arrayContaining(['nano-0', 'nano-15']), data: { found: false } },
      { devices: ['nano-3', 'nano-9'], data: { found: true } },
    ]);
    expect(spread['matched']).toMatchObject({ min: 0, max: 1 });
    const none = consensusOf(await answers(logs, { grep: 'nothing like this' }), tool.spec, false);
    expect(none.groups).toMatchObject([{ devices: { length: 16 }, data: { found: false } }]);
    expect(none.spread['matched']).toEqual({ min: 0, median: 0, max: 0 });
  });

  it('counts each kind of trouble by itself', async () => {
    const logs = Array.from({ length: 8 }, (_, n) => (n < 4 ? [oom] : [full, full]));
    const { groups, spread } = consensusOf(await answers(logs, {}), tool.spec, false);
    expect(groups.map(({ devices, data }) => [devices.length, data])).toEqual([
      [4, { found: true, recognised: { out_of_memory: { meaning: expect.any(String), hint: expect.any(String) } } }],
      [4, { found: true, recognised: { disk_full: { meaning: expect.any(String), hint: expect.any(String) } } }],
    ]);
    expect(spread['recognised.out_of_memory.count']).toMatchObject({ min: 1, max: 1 });
    expect(spread['recognised.disk_full.count']).toMatchObject({ min: 2, max: 2 });
  });
});
