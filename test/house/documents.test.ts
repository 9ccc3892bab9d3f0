import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commands } from '../../config/option-table.js';
import { loadOptions } from '../../config/options.js';
import { splitWords } from '../../src/adapters/inventory/split-words.js';
import { readPolicyYaml } from '../../src/adapters/policy/policy-yaml.js';
import { tools } from '../../tools/index.js';

const examples = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const documents = ['README.md', 'docs/consent.md', 'examples/README.md'].concat(
  examples.map(({ name }) => `examples/${name}/README.md`),
);
const text = (path: string): string => readFileSync(path, 'utf8');

/** Command lines in blocks of shell, without their comments. */
function commandLines(path: string): string[] {
  const blocks = [...text(path).matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  return blocks.flatMap((line) => {
    const [, words] = /^(?:jetfleet|node dist\/main\.js) (.*?)(?: {2,}#.*)?$/.exec(line) ?? [];
    return words ?? [];
  });
}

/** Commands in the middle of sentences. */
function commandNames(path: string): string[] {
  return [...text(path).matchAll(/`jetfleet ([^`\s]+)/g)].map(([, name = '']) => name);
}

const lines = documents.flatMap((path) => commandLines(path).map((line) => [path, line] as const));
const calls = lines.filter(([, line]) => /^(?:call|policy test) /.test(line));

describe('the documents', () => {
  it('have command lines, or the tests below would prove nothing', () => {
    expect([lines.length > 10, calls.length > 5]).toEqual([true, true]);
  });

  it.each(lines)('%s: the program takes %s', (_path, line) => {
    expect(loadOptions(splitWords(line) ?? [], {})).toMatchObject({ ok: true });
  });

  it.each(calls)('%s: the tool takes %s', (_path, line) => {
    const [name = '', json = ''] = splitWords(line.replace(/^policy /, ''))?.slice(1) ?? [];
    const spec = tools.map((tool) => tool.spec).find((each) => each.name === name);
    const args = Object.keys(JSON.parse(json) as object).filter((key) => !['selector', 'plan'].includes(key));
    expect(Object.keys(spec?.input.shape ?? {})).toEqual(expect.arrayContaining(args));
    expect(spec).toBeDefined();
  });

  it.each(documents)('%s names only commands that there are', (path) => {
    const odd = commandNames(path).filter((name) => !name.startsWith('--') && !Object.hasOwn(commands, name));
    expect(odd).toEqual([]);
  });

  it('show a policy that is good', () => {
    const blocks = [...text('README.md').matchAll(/```yaml\n(rules:[^]*?)```/g)].map(([, block = '']) => block);
    expect(blocks).toHaveLength(1);
    const known = new Map(tools.map(({ spec }) => [spec.name, Object.keys(spec.input.shape)]));
    expect(readPolicyYaml(blocks[0] ?? '', known).problems).toEqual([]);
  });
});
