import { expect, it } from '@jest/globals';
import { boardOn, fitDecisions } from '../../src/core/ai/decision-tables.js';
import { noAdditions } from '../../src/core/ai/catalog-additions.js';
import { imageNameOf, imageText } from '../../src/core/ai/image-name.js';
import { matchImage } from '../../src/core/ai/image-match.js';
import { knownImages } from '../../src/core/ai/images.js';
import { catalogModels } from '../../src/core/ai/models/models.js';
import { publishedFigures } from '../../src/core/ai/published-figures.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

/** Rows of `docker images` as a table: name, tag. */
const tableRows = (text: string): string[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => /^(\S+)\s+(\S+)\s+[0-9a-f]{12}\s/.exec(line)?.slice(1, 3).join(':') ?? []);

describeWith(corpusMissing, 'recordings of images', () => {
  it.each(recordingsOf('docker-images'))('%s', (path, text) => {
    const names = tableRows(text);
    expect(names).toHaveLength(text.trim().split('\n').length - 1);
    for (const text of names) {
      const name = imageNameOf(text);
      expect(name && imageText(name)).toBe(text);
      if (text.startsWith('ubuntu')) continue;
      // The device is in the recording's name: what was built there is for it.
      expect(name).toMatchObject({ source: 'local', engine: text.split(':')[0] });
      expect(path).toContain(`r${name?.needs.l4t?.split('.').slice(0, 2).join('.') ?? '-'}`);
    }
  });

  it('of a build on Thor: its end is an image, its steps are none', () => {
    const local = recordingsOf('docker-images').flatMap(([, text]) => tableRows(text));
    const match = matchImage(boardOn('38.2.0', 'tegra264'), 'vllm', noAdditions, local);
    expect(match).toMatchObject({ best: { image: 'vllm:r38.2.aarch64-cu130-24.04-vllm', local: true } });
    const steps = local.filter((text) => imageNameOf(text)?.stage !== undefined);
    expect(steps).toHaveLength(8);
    expect(match.found && match.others.filter(({ local: here }) => here)).toEqual([]);
  });

  it.each(recordingsOf('docker-images-json'))('%s', (_path, text) => {
    const { Repository, Tag } = JSON.parse(text) as { Repository: string; Tag: string };
    expect(imageNameOf(`${Repository}:${Tag}`)).toMatchObject({ repository: 'l4t-pytorch', needs: { l4t: '35.2.1' } });
  });

  it('of jetson-containers: every image that its tools named', () => {
    const found: string[] = [];
    for (const [path, text] of recordingsOf('jetson-containers')) {
      if (path.endsWith('.json')) {
        const { namespace, name, tags } = JSON.parse(text) as {
          namespace: string;
          name: string;
          tags: { name: string }[];
        };
        found.push(...tags.map((tag) => `${namespace}/${name}:${tag.name}`));
      } else {
        found.push(...(text.match(/(?:dustynv\/)?[a-z_]+:(?:[\w.]+-)?r\d\d\.\d[\w.-]*/g) ?? []));
        found.push(...(text.match(/^[a-z_]+:\d[\d.]*$/gm) ?? []));
      }
    }
    expect(new Set(found).size).toBeGreaterThanOrEqual(11);
    for (const text of found) {
      const name = imageNameOf(text);
      expect(name && imageText(name)).toBe(text);
      // A bare package of its list, `ollama:0.6.8`, says no release, and so is never taken for an image that fits.
      if (!/:\d[\d.]*$/.test(text)) expect(name?.needs.l4t).toMatch(/^3\d\.\d/);
    }
    const bare = matchImage(boardOn('36.2.0', 'tegra234'), 'ollama', noAdditions, ['ollama:0.6.8']);
    const images = bare.found ? [bare.best, ...bare.others].map(({ image }) => image) : [];
    expect(images).not.toEqual([]);
    expect(images).not.toContain('ollama:0.6.8');
  });

  it("is not taken in by autotag's choice on CUDA 12.6", () => {
    const autotag = recordingsOf('jetson-containers').find(([path]) => path.includes('autotag-q'))?.[1] ?? '';
    const choice = autotag.trim().split('\n').at(-1) ?? '';
    expect(choice).toBe('dustynv/llama_cpp:b5283-r36.4-cu128-24.04');
    const match = matchImage(boardOn('36.4.7', 'tegra234'), 'llama.cpp', noAdditions);
    expect(match.found && match.best.image).not.toBe(choice);
    expect(match.found && match.others.find(({ image }) => image === choice)?.cautions.join()).toMatch(
      /newer than the driver/,
    );
  });
});

const rowsOf = (part: string): string[][] =>
  recordingsOf('benchmarks-published')
    .filter(([path]) => path.includes(part))
    .flatMap(([, text]) => text.trim().split('\n').slice(1))
    .map((line) => line.split('\t'));

describeWith(corpusMissing, "NVIDIA's catalogue of models", () => {
  const rows = rowsOf('model-catalogue');

  it('is in ours, with its memory, board and size', () => {
    expect(rows).toHaveLength(24);
    for (const [id = '', ram = '', precision = '', size = '', repo = '', board] of rows) {
      const form = catalogModels.find((model) => model.id === id)?.quantisations.find((each) => each.repo === repo);
      expect([id, form?.listedRamGB, form?.listedBoard, form?.listedSizeGB]).toEqual([
        id,
        parseFloat(ram),
        board,
        parseFloat(size),
      ]);
      // What the catalogue calls FP8 is a GGUF file of 8 bits there, and QAD a way of training.
      const called = form?.format === 'gguf' ? 'FP8' : precision.replace(/-QAD$| 4-bit$/, '');
      if (form?.format !== 'gguf') expect(form?.name).toBe(called);
    }
  });

  it('names images that ours knows', () => {
    const images = new Set(rows.flatMap((row) => row[6]?.match(/ghcr\.io\/[\w./:-]+/g) ?? []));
    expect([...images].sort()).toEqual(
      ['llama_cpp', 'vllm'].flatMap((name) =>
        ['orin', 'thor'].map((board) => `ghcr.io/nvidia-ai-iot/${name}:latest-jetson-${board}`),
      ),
    );
    const known = knownImages.map(({ name }) => imageText(name));
    expect([...images].filter((image) => !known.includes(image))).toEqual([]);
  });

  it('never fits below the memory that it lists', () => {
    const listed = new Map(rows.map(([id, ram]) => [id, parseFloat(ram ?? '')]));
    const decisions = fitDecisions().filter(({ model }) => listed.has(model));
    expect(new Set(decisions.map(({ model }) => model)).size).toBe(24);
    for (const { model, module, fit } of decisions) {
      if (fit.verdict !== 'never') expect(module.ramGB ?? 32).toBeGreaterThanOrEqual(listed.get(model) ?? Infinity);
    }
  });

  it('has no model that fits nowhere', () => {
    const all = fitDecisions();
    for (const [id] of rows)
      expect(all.some(({ model, fit }) => model === id && fit.verdict === 'fits_now')).toBe(true);
  });
});

describeWith(corpusMissing, 'published figures', () => {
  it('are ours', () => {
    const [, text = '[]'] = recordingsOf('benchmarks-published').find(([path]) => path.endsWith('.json')) ?? [];
    const table = JSON.parse(text) as Record<'orin' | 'thor', { concurrency1: number; concurrency8: number }>[];
    const told = table.flatMap(({ orin, thor }) => [
      orin.concurrency1,
      orin.concurrency8,
      thor.concurrency1,
      thor.concurrency8,
    ]);
    const ours = publishedFigures.filter(({ engine }) => engine === 'vllm').map((each) => each.tokensPerSecond);
    expect(ours).toEqual(told);
    const nano = rowsOf('orin-nano-vs-super').map((row) => Number(row[2]));
    const mlc = publishedFigures.filter(({ engine, modules }) => engine === 'mlc' && modules.includes('orin-nano-8gb'));
    expect(mlc.map((each) => each.tokensPerSecond)).toEqual(nano);
    const ids = catalogModels.map(({ id }) => id);
    expect(publishedFigures.filter(({ model }) => !ids.includes(model))).toEqual([]);
  });

  it('name files whose size is ours', () => {
    let seen = 0;
    for (const [path, text] of recordingsOf('llama-bench').filter(([each]) => each.endsWith('.csv'))) {
      const [, filename, bytes] = /"[^"]*\/([^"/]+\.gguf)","[^"]*","(\d+)"/.exec(text) ?? [];
      const form = catalogModels.flatMap(({ quantisations }) => quantisations).find(({ file }) => file === filename);
      if (filename === undefined || form === undefined) continue;
      seen++;
      expect([path, form.sizeFrom, form.bytes]).toEqual([path, 'file', Number(bytes)]);
    }
    expect(seen).toBeGreaterThanOrEqual(9);
  });
});
