import { describe, expect, it } from '@jest/globals';
import { holdsSecret, isSecretName, Redactor, showsSecret } from '../../src/core/redact.js';
import { runArgv } from '../../src/core/docker/run-argv.js';
import { specOf } from './docker/specs.js';

describe('a command that holds a secret', () => {
  const words = [
    ['--api-key', 'abcd1234'],
    ['--token=abcd1234'],
    ['sh', '-c', 'PASSWORD=hunter22 serve'],
    ['curl', '-H', 'Authorization: Bearer abcdef123456'],
    ['serve', 'hf_abcdefghijklmnopqrstuv'],
    ['psql', 'postgres://ada:hunter22@db/x'],
  ];
  it.each(words)('%s %s %s is refused, and not repeated', (...command) => {
    const refused = (): unknown => runArgv(specOf({ command }));
    expect(refused).toThrow(/^command: it holds what looks like a secret/);
    expect(refused).not.toThrow(/hunter22|abcd|hf_/);
    const health = { command: command.join(' '), intervalSeconds: 1, startSeconds: 1 };
    expect(() => runArgv(specOf({ health }))).toThrow(/^command: /);
  });

  it.each([
    'sh -c serve --api-key "$API_KEY" --port 80',
    'serve --api-key $(cat /run/secrets/key) --port 80',
    'serve --password ${DB_PASSWORD} --port 80',
    'serve --max-tokens 4096 --tokenizer qwen',
    'serve --token-file /run/secrets/token',
    'nginx -g daemon off;',
  ])('%s only names one', (line) => expect(showsSecret(line)).toBe(false));
});

describe('an address that holds a secret', () => {
  it.each([
    'https://cdn.example.org/m.gguf?token=abc',
    'https://x.blob.core.windows.net/m.gguf?sv=2024&sig=a%2Fb',
    'https://s3.example.org/m.gguf?X-Amz-Expires=60&X-Amz-Signature=abc',
    'https://example.org/m.gguf?api_key=abc',
    'https://example.org/m.gguf?AWSAccessKeyId=abc',
    'https://ada:pw@example.org/m.gguf',
    'https://ghtoken@example.org/m.gguf',
  ])('%s', (address) => {
    expect(holdsSecret(address)).toBe(true);
    expect(new Redactor().redact(address)).not.toMatch(/abc|a%2Fb|:pw@|ghtoken/);
  });
  it.each([
    'https://example.org/m.gguf?download=true&v=2',
    'hf:o/r/f.gguf@main',
    'ollama:qwen3:4b',
    'https://example.org/a@b/m.gguf',
  ])('%s holds none', (address) => expect(holdsSecret(address)).toBe(false));
});

it.each<[string, boolean]>([
  ['DB_PASSWORD', true],
  ['apiKey', true],
  ['HF_TOKEN', true],
  ['token', true],
  ['AWS_SECRET_ACCESS_KEY', true],
  ['tokenFile', false],
  ['MAX_TOKENS_PER_BATCH', false],
  ['author', false],
  ['key', false],
])('%s is the name of a secret: %s', (name, is) => expect(isSecretName(name)).toBe(is));
