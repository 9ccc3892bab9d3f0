import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactedMark, Redactor } from '../../src/core/redact.js';
import { runs } from '../setup/runs.js';

describe('Redactor', () => {
  it('takes out every secret it was told, wherever it stands', () => {
    const secret = fc
      .string({ minLength: 3, maxLength: 30 })
      .filter((s) => s.trim().length >= 3 && !/^[A-Za-z]{1,7}$/.test(s));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (s, before, after) => {
        const redactor = new Redactor();
        redactor.add(s);
        const { text, nested } = redactor.redactDeep({
          text: before + s + after,
          nested: [{ [s]: JSON.stringify(s) }],
        });
        const rest = (before + after).includes(s) || redactedMark.includes(s);
        if (!rest) expect(text).not.toContain(before + s + after);
        expect(JSON.stringify(nested)).toContain(redactedMark);
      }),
      { seed: 20261120, numRuns: runs(300) },
    );
  });

  it.each([
    ['hf_abcdefghijklmnopqrstuv'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----'],
    ['postgres://user:hunter22@db/x'],
    ['Authorization: Bearer abcdef123456'],
    ['DB_PASSWORD=hunter22'],
    ['{"api_key": "hunter22xyz"}'],
  ])('knows what looks like a credential: %s', (text) => {
    const out = new Redactor().redact(`before ${text} after`);
    expect(out).toContain(redactedMark);
    expect(out).toMatch(/^before .* after$/s);
    for (const part of ['hunter22', 'abcdef123456', 'b3BlbnNz', 'abcdefghijklm']) expect(out).not.toContain(part);
  });

  it('leaves ordinary device data alone', () => {
    const text = 'VDD_IN 4800mW, nvpmodel.service active (running), GPU 45.2C, 6.8.12-1021-tegra, sk-nvme0n1';
    expect(new Redactor().redact(text)).toBe(text);
  });

  it('takes an ordinary word that is a password only where it stands by itself', () => {
    const redactor = new Redactor();
    redactor.add('nano');
    expect(redactor.redact('nano orin-nano-8gb nano.service PASS=nano "nano", nanometer')).toBe(
      `${redactedMark} orin-nano-8gb nano.service PASS=${redactedMark} "${redactedMark}", nanometer`,
    );
  });

  it('leaves words of a schema as they are', () => {
    const redactor = new Redactor();
    redactor.add('groups');
    const data = { groups: ['groups', 'x groups y'], other: { groups: 1 } };
    expect(redactor.redactDeep(data, { isWord: (word) => word === 'groups', isSentence: () => false })).toEqual({
      groups: ['groups', `x ${redactedMark} y`],
      other: { groups: 1 },
    });
  });

  it.each([
    ['PASSWORD: "two words here"', 'two words'],
    ['AWS_SECRET_ACCESS_KEY=abcd/efg', 'abcd'],
    ['aws_secret_access_key = abcdefgh', 'abcdefgh'],
    ['pwd=hunter22', 'hunter22'],
    ['mount --password hunter2 /x', 'hunter2'],
    ['{\\"password\\":\\"abc123\\"}', 'abc123'],
    ['https://user:p@ss@host/x', 'ss@host'],
  ])('finds the secret in %s', (text, secret) => {
    const out = new Redactor().redact(text);
    expect(out).toContain(redactedMark);
    expect(out).not.toContain(secret);
  });

  it.each(['max_tokens 4096', 'passwd file checked', 'the password expires tomorrow'])('leaves %s', (text) => {
    expect(new Redactor().redact(text)).toBe(text);
  });

  it('does not let a secret of a letter or two tear up words', () => {
    const redactor = new Redactor();
    redactor.add('a');
    redactor.add('');
    expect(redactor.redact('a banana')).toBe('a banana');
  });
});
