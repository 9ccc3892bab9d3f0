import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readFleetYaml } from '../../src/adapters/inventory/fleet-yaml.js';
import { fieldHelp } from '../../src/core/fleet-file-help.js';

const text = readFileSync('config/fleet.example.yaml', 'utf8');
/** As it is once the user has taken every # away: one at the start of a line with two spaces behind it. */
const uncommented = text.replace(/^#(?=$| {2})/gm, '');

describe('the example fleet file', () => {
  it('is good as it is, and lists no board that nobody has', () => {
    expect(readFleetYaml(text, '/users/ada')).toEqual({ devices: [], problems: [] });
  });

  it('is good with every line in use', () => {
    const { devices, problems } = readFleetYaml(uncommented, '/users/ada');
    expect(problems).toEqual([]);
    expect(devices?.map(({ name }) => name)).toEqual(['orin-01', 'nano-01', 'xavier-01', 'bastion']);
  });

  it('shows every key', () => {
    for (const key of Object.keys(fieldHelp)) expect(uncommented).toMatch(new RegExp(`\\b${key}:`));
  });
});
