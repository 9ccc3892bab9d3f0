import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { optionTable, type OptionRow } from '../../config/option-table.js';
import { readFleetYaml } from '../../src/adapters/inventory/fleet-yaml.js';
import { deviceSchema } from '../../src/core/fleet-file-schema.js';

const readme = readFileSync('README.md', 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
const row = (code: string): boolean => rows.some((line) => (line.split('|')[1] ?? '').includes(`\`${code}`));

describe('the README', () => {
  it.each(Object.entries<OptionRow>(optionTable))('describes --%s and its variable', (name, { variable }) => {
    expect(row(`--${name}`)).toBe(true);
    expect(readme).toContain(variable ?? '--');
  });

  it.each(Object.keys(deviceSchema.shape))('describes %s of the fleet file', (key) => {
    expect(rows.some((line) => (line.split('|')[1] ?? '').includes(`\`${key}\``))).toBe(true);
  });

  it('shows a fleet file that is good', () => {
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
    const { devices, problems } = readFleetYaml(yaml, '/users/ada');
    expect(problems).toEqual([]);
    expect(devices).toHaveLength(1);
  });

  it('leaves room for the generated table of tools', () => {
    expect(readme).toMatch(/<!-- tools:begin -->\n[^]*<!-- tools:end -->/);
  });
});
