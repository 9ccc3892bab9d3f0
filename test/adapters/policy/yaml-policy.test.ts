import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { YamlPolicy, type YamlPolicyOptions } from '../../../src/adapters/policy/yaml-policy.js';
import { policySourceContract } from '../../contract/policy-source.js';
import { describeWith } from '../../setup/suite.js';

const uid = process.getuid?.();
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-policy-'));
  file = join(folder, 'policy.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string, mode = 0o600): void => {
  writeFileSync(file, text);
  chmodSync(file, mode);
};
const open = (options: YamlPolicyOptions = {}): YamlPolicy => new YamlPolicy(file, { uid, ...options });
const told = async (policy: YamlPolicy): Promise<string[]> => {
  const { policy: refusing, problems } = await policy.current();
  expect(refusing.rules.map(({ decision }) => decision)).toEqual(['deny']);
  return problems.map(({ message }) => message);
};
const decisions = async (policy: YamlPolicy): Promise<string[]> => {
  const { policy: now, problems } = await policy.current();
  expect(problems).toEqual([]);
  return now.rules.map(({ decision }) => decision);
};

describe('YamlPolicy', () => {
  policySourceContract(() => ({
    source: open(),
    write: (...rules) => write(JSON.stringify({ rules })),
    spoil: () => write('rules: [{ then: perhaps }]'),
  }));

  it('says where its file is', () => expect(open().path()).toBe(file));

  it('sees a file that appears, is written again in the same moment and size, replaced and removed', async () => {
    const policy = open();
    expect(await decisions(policy)).toEqual([]);
    write('rules: [{ then: deny  }]');
    const moment = new Date(1_700_000_000_000);
    utimesSync(file, moment, moment);
    expect(await decisions(policy)).toEqual(['deny']);
    write('rules: [{ then: allow }]');
    utimesSync(file, moment, moment);
    expect(await decisions(policy)).toEqual(['allow']);
    writeFileSync(join(folder, 'new.yaml'), 'rules: [{ then: ask }]', { mode: 0o600 });
    renameSync(join(folder, 'new.yaml'), file);
    expect(await decisions(policy)).toEqual(['ask']);
    rmSync(file);
    expect(await decisions(policy)).toEqual([]);
  });

  it('refuses where a file that the user named is not there', async () =>
    expect(await told(open({ named: true }))).toEqual(['There is no policy file at this place.']));

  it('refuses where a link leads to no file: nobody knows what it denied', async () => {
    symlinkSync(join(folder, 'gone.yaml'), file);
    expect(await told(open())).toEqual(['There is no policy file at this place.']);
  });

  it('refuses what is no file', async () => {
    mkdirSync(file);
    expect(await told(open())).toEqual(['There is no plain file where the policy file should be.']);
  });

  it('refuses a file beyond measure', async () => {
    write(`# ${'x'.repeat(1024 * 1024)}`);
    expect(await told(open())).toEqual(['The policy file is larger than 1 MiB.']);
  });

  it('tells rules for tools that are not there', async () => {
    write('rules: [{ then: deny, tools: [fan_sett] }]');
    expect(await told(open({ knownTools: () => new Map([['fan_set', []]]) }))).toEqual(['There is no such tool.']);
  });
});

const posix = process.platform === 'win32' ? 'files have no mode on Windows' : undefined;
describeWith(posix, 'YamlPolicy and who may write the file', () => {
  it.each([0o620, 0o602, 0o666])('refuses mode %o', async (mode) => {
    write('rules: []', mode);
    expect(await told(open())).toEqual(['Other users may write the policy file.']);
  });

  it.each([0o600, 0o644, 0o400])('takes mode %o', async (mode) => {
    write('rules: [{ then: ask }]', mode);
    expect(await decisions(open())).toEqual(['ask']);
  });

  it('sees a right that is given or taken later', async () => {
    write('rules: [{ then: ask }]');
    const policy = open();
    expect(await decisions(policy)).toEqual(['ask']);
    chmodSync(file, 0o666);
    expect(await told(policy)).toEqual(['Other users may write the policy file.']);
    chmodSync(file, 0o600);
    expect(await decisions(policy)).toEqual(['ask']);
  });

  it("refuses another user's file, and takes root's", async () => {
    write('rules: [{ then: ask }]');
    const other = open({ uid: (uid ?? 0) + 1 });
    if (uid === 0) expect(await decisions(other)).toEqual(['ask']);
    else expect(await told(other)).toEqual(['The policy file belongs to another user.']);
  });
});
