import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { tools } from '../../tools/index.js';
import { describeWith } from '../setup/suite.js';

const root = join(import.meta.dirname, '../..');
const actions = z
  .array(
    z.strictObject({
      number: z.number(),
      action: z.string(),
      tool: z.string(),
      args: z.record(z.string(), z.unknown()),
      test: z.string(),
      real: z.string().optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(join(root, 'scripts/parity.json'), 'utf8')));
const corpus = process.env['JETFLEET_CORPUS'] ?? join(root, '../shared/jetson-corpus');
const list = join(corpus, '../JETSONMCP-ACTIONS.md');

/** The titles of a file's tests, as they are written: of `it` and of `it.each`, whose rows end before its title. */
function titlesIn(path: string): string[] {
  const file = join(root, path);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const found = text.matchAll(/^\s*it(?:\(|\.each\b[^]*?\)\(\s*)(['"`])((?:\\.|(?!\1).)+)\1,/gm);
  return [...found].map(([, , title = '']) => title);
}

describe('the page of parity', () => {
  it('has every action of AI and containers once', () => {
    const numbers = actions.map(({ number }) => number);
    expect(numbers).toEqual([27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 38, 39, 52, 53, 54, 55, 56, 57, 58]);
  });

  it.each(actions.map((each) => [each.action, each] as const))(
    '%s: tool, arguments and tests are there',
    (_name, each) => {
      const tool = tools.find(({ spec }) => spec.name === each.tool);
      expect(tool?.spec.input.safeParse(each.args).error?.message).toBeUndefined();
      expect(tool).toBeDefined();
      for (const test of [each.test, ...(each.real === undefined ? [] : [each.real])]) {
        const [path = '', title = ''] = test.split(/: (.*)/s);
        expect([test, titlesIn(path).includes(title)]).toEqual([test, true]);
      }
    },
  );
});

it('titlesIn finds titles of tests, and no other text', () => {
  const titles = titlesIn('test/house/parity.test.ts');
  expect(titles).toContain('has every action of AI and containers once');
  expect(titles).toContain('%s: tool, arguments and tests are there');
  expect(titles).not.toContain('the page of parity');
  expect(titles).not.toContain('test/house/parity.test.ts');
  expect(titlesIn('test/no-such.test.ts')).toEqual([]);
});

describeWith(
  existsSync(list) ? undefined : 'the recordings are absent, and the list of actions with them',
  'the list of actions',
  () => {
    it('has the names of the page', () => {
      const text = readFileSync(list, 'utf8');
      for (const { action } of actions) expect(text).toContain(action);
    });
  },
);
