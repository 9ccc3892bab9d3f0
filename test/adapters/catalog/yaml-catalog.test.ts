import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCatalogYaml } from '../../../src/adapters/catalog/catalog-yaml.js';
import { YamlCatalog } from '../../../src/adapters/catalog/yaml-catalog.js';
import { noAdditions } from '../../../src/core/ai/catalog-additions.js';

const good = `
images:
  - image: registry.lan:5000/vllm:7
    engine: vllm
    l4t: 36.4
    cuda: 12.10
    sm: [8.7]
models:
  - id: house-7b
    title: The model of the house
    paramsB: 7.2
    shape: { layers: 32, kvHeads: 8, headDim: 128 }
    quantisations:
      - { name: Q4_K_M, format: gguf, sizeMB: 4400, repo: house/model-GGUF, file: model-Q4_K_M.gguf }
  - id: llama3-1-8b
    quantisations:
      - { name: Q6_K, format: gguf, sizeMB: 6600, repo: house/llama, leastRamGB: 16 }
`;

describe('readCatalogYaml', () => {
  it('reads images and models, versions as they stand there', () => {
    const { additions, problems } = readCatalogYaml(good);
    expect(problems).toEqual([]);
    expect(additions.images).toEqual([
      { image: 'registry.lan:5000/vllm:7', engine: 'vllm', l4t: '36.4', cuda: '12.10', sm: ['8.7'] },
    ]);
    expect(additions.models.map(({ id, quantisations }) => [id, quantisations.length])).toEqual([
      ['house-7b', 1],
      ['llama3-1-8b', 1],
    ]);
  });

  it.each(['', '# nothing\n', 'images:\n', 'models: []\n'])('%p adds nothing', (text) => {
    expect(readCatalogYaml(text)).toEqual({ additions: noAdditions, problems: [] });
  });

  it('keeps what is right, and names line and fix of what is not', () => {
    const { additions, problems } = readCatalogYaml(`images:
  - image: registry.lan:5000/vllm:7
    engin: vllm
  - image: "bad image; rm -rf /"
    engine: vllm
  - image: ok/vllm:1
    engine: vllm
  - image: ok/mlc:1
    engine: mlx
modles: []
models:
  - id: x
    quantisations:
      - { name: Q4, format: gguf, sizeMB: -1, repo: a/b }
`);
    expect(additions.images.map(({ image }) => image)).toEqual(['ok/vllm:1']);
    expect(problems).toEqual([
      {
        line: 2,
        field: 'images[0].engine',
        message: 'engine takes another kind of value, or is missing.',
        fix: 'Write for example `engine: vllm`.',
      },
      {
        line: 3,
        field: 'images[0].engin',
        message: '`engin` is not a key that may stand here.',
        fix: 'Write `engine`.',
      },
      {
        line: 4,
        field: 'images[1].image',
        message: 'image takes an image such as registry.lan:5000/vllm:1.',
        fix: 'Write for example `image: registry.lan:5000/vllm:1`.',
      },
      {
        line: 9,
        field: 'images[3].engine',
        message: 'engine takes another kind of value, or is missing.',
        fix: 'Write for example `engine: vllm`.',
      },
      { line: 10, field: 'modles', message: '`modles` is not a key that may stand here.', fix: 'Write `models`.' },
      {
        line: 14,
        field: 'models[0].quantisations[0].sizeMB',
        message: expect.any(String),
        fix: 'Write for example `sizeMB: 4900`.',
      },
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/rm -rf/);
  });

  it.each(['- a\n', 'images: 3\n', 'text\n', 'images: {a: 1}\n'])('%p is a problem', (text) => {
    const { additions, problems } = readCatalogYaml(text);
    expect([additions, problems.length]).toEqual([noAdditions, 1]);
  });

  it.each(['images:\n\t- a\n', 'a: &x [1]\nb: *x\n', 'images: [\n', 'images: []\nimages: []\n', '--- a\n--- b\n'])(
    'is not taken in by %p',
    (text) => {
      const { additions, problems } = readCatalogYaml(text);
      expect(additions).toEqual(noAdditions);
      expect(problems[0]).toMatchObject({
        message: 'This is not YAML as a catalog file has it.',
        line: expect.any(Number),
      });
    },
  );
});

describe('YamlCatalog', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catalog-'));

  it('adds nothing where there is no file, and follows the file', async () => {
    const path = join(folder, 'catalog.yaml');
    const catalog = new YamlCatalog(path);
    expect(catalog.path()).toBe(path);
    expect(await catalog.current()).toEqual({ additions: noAdditions, problems: [] });
    writeFileSync(path, good);
    expect((await catalog.current()).additions.images).toHaveLength(1);
    writeFileSync(path, 'images: []\n');
    expect((await catalog.current()).additions.images).toHaveLength(0);
  });

  it('says where it is no file, or too large a one', async () => {
    const path = join(folder, 'folder.yaml');
    mkdirSync(path);
    expect((await new YamlCatalog(path).current()).problems).toHaveLength(1);
    const large = join(folder, 'large.yaml');
    writeFileSync(large, '#'.repeat(1024 * 1024 + 1));
    expect((await new YamlCatalog(large).current()).problems).toHaveLength(1);
  });
});
