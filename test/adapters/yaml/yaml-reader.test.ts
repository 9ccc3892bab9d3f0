import { describe, expect, it } from '@jest/globals';
import { YamlReader } from '../../../src/adapters/yaml/yaml-reader.js';

const yaml = new YamlReader();

describe('YAML', () => {
  it('becomes plain data, merge keys followed', () => {
    expect(yaml.parse('x: &a {b: 1}\ny:\n  <<: *a\n  c: [yes, "2"]\n')).toEqual({
      x: { b: 1 },
      y: { b: 1, c: ['yes', '2'] },
    });
    expect(yaml.parse('')).toBeNull();
  });

  it.each([
    ['a: b: c', /line 1, column/],
    ['a:\n\t- b', /line 2/],
    ['a: 1\na: 2', /line 2, column 1/],
    ['a: !own 1', /line 1/],
    ['a: 1\n---\nb: 2', /line/],
  ])('says where %j cannot be read', (text, where) => {
    expect(() => yaml.parse(text)).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
    expect(() => yaml.parse(text)).toThrow(where);
  });

  it('does not follow aliases that grow without end', () => {
    const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i++)
      levels.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(() => yaml.parse(levels.join('\n'))).toThrow(/aliases/);
  });
});
