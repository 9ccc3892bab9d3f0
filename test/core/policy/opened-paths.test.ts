import { describe, expect, it } from '@jest/globals';
import { decide, decidePath, decideRealPath, type PathQuestion } from '../../../src/core/policy/evaluate.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { policyOf, type WrittenRule } from '../../fakes/fake-policy-source.js';

const question = { device: { entry: deviceEntry('nano-01'), state: undefined }, time: { day: 1, minutes: 0 } };
const reading = (path: string): PathQuestion => ({ ...question, tool: 'file_read', effect: 'read', path });
const writing = (path: string): PathQuestion => ({ ...question, tool: 'file_write', effect: 'change', path });

describe('a rule of the user', () => {
  const env = '/home/ada/.env';
  it.each<[string, string, WrittenRule]>([
    ['allow', env, { then: 'allow', tools: ['file_read'], arguments: { path: [env] } }],
    ['ask', env, { then: 'ask', tools: ['file_read'], arguments: { path: ['/home/*/.env'] } }],
    ['allow', env, { then: 'allow', tools: ['file_*'], arguments: { path: ['*.env'] } }],
    ['allow', '/opt/x.pem', { then: 'allow', tools: ['file_read'], arguments: { path: ['*.pem'] } }],
    ['allow', '/proc/7/environ', { then: 'allow', tools: ['file_read'], arguments: { path: ['/proc/*/environ'] } }],
    // Neither the tool nor the path may be opened in passing.
    ['deny', env, { then: 'allow' }],
    ['deny', env, { then: 'allow', tools: ['file_read'] }],
    ['deny', env, { then: 'allow', arguments: { path: [env] } }],
    ['deny', env, { then: 'allow', tools: ['*'], arguments: { path: [env] } }],
    ['deny', env, { then: 'allow', tools: ['file_read'], arguments: { path: ['*'] } }],
    ['deny', env, { then: 'allow', tools: ['file_read'], arguments: { path: ['/home/*'] } }],
    ['deny', env, { then: 'allow', tools: ['file_write'], arguments: { path: [env] } }],
    ['deny', env, { then: 'allow', tools: ['file_read'], arguments: { path: ['/home/ada/.ENV'] } }],
    // A pattern opens what it says, and nothing else that it happens to fit.
    ['deny', '/dev/shm/x.pem', { then: 'allow', tools: ['file_read'], arguments: { path: ['*.pem'] } }],
    ['deny', '/home/ada/.ssh/x.env', { then: 'allow', tools: ['file_read'], arguments: { path: ['/home/*.env'] } }],
  ])('%s for %s by %j', (decision, path, rule) => {
    expect(decidePath(policyOf(rule), reading(path)).decision).toBe(decision);
  });

  it('holds for what the path means, not for how it begins', () => {
    const rule = { then: 'allow', tools: ['file_write'], arguments: { path: ['/opt/app/*'] } };
    const judge = (path: string) => decide(policyOf(rule), { ...writing(path), args: { path } }).decision;
    expect([judge('/opt/app/x'), judge('/opt/app/../../etc/hosts'), judge('/opt/app/../../etc/sudoers')]).toEqual([
      'allow',
      'ask',
      'deny',
    ]);
  });

  it('may look at the other arguments too', () => {
    const rule = { then: 'deny', arguments: { path: ['/opt/*'], sudo: [true] } };
    const judge = (sudo: boolean) => decidePath(policyOf(rule), { ...writing('/opt/x'), args: { sudo } }).decision;
    expect([judge(true), judge(false)]).toEqual(['deny', 'ask']);
  });

  it('that denies comes before one that opens', () => {
    const opens = { then: 'allow', tools: ['file_read'], arguments: { path: [env] } };
    expect(decidePath(policyOf({ then: 'deny' }, opens), reading(env)).place).toBe('rules[0]');
    expect(decidePath(policyOf({ then: 'ask' }, opens), reading(env))).toMatchObject({ decision: 'ask' });
  });
});

describe('a link', () => {
  const app = { then: 'allow', tools: ['file_write'], arguments: { path: ['/opt/app/*'] } };
  const ask = { then: 'ask', tools: ['file_read'], arguments: { path: ['*.env'] } };
  it.each<[string, string, string, WrittenRule[]]>([
    ['allow', '/opt/app/x', '/opt/app/y', [app]],
    ['deny', '/opt/app/x', '/srv/y', [app]],
    ['deny', '/opt/app/x', '/etc/sudoers', [app]],
    ['ask', '/srv/y', '/opt/app/x', [app]],
    ['ask', '/data/x', '/data/y', []],
    // For the first, the token of a plan is enough; for the second, a person has to be asked.
    ['deny', '/data/x', '/etc/hosts', []],
    ['deny', '/data/x', '/home/ada/.gitconfig', []],
    ['ask', '/etc/hosts', '/data/x', []],
    ['deny', '/etc/sudoers', '/srv/x', []],
  ])('written through: %s for %s to %s by %j', (decision, path, real, rules) =>
    expect(decideRealPath(policyOf(...rules), writing(path), real).decision).toBe(decision),
  );

  it.each<[string, string, string]>([
    ['allow', '/home/ada/notes', '/srv/notes'],
    ['deny', '/home/ada/notes', '/home/ada/.env'],
    ['ask', '/home/ada/.env', '/home/ada/.env'],
    ['deny', '/home/ada/notes', '/etc/shadow'],
  ])('read through: %s for %s to %s', (decision, path, real) =>
    expect(decideRealPath(policyOf(ask), reading(path), real).decision).toBe(decision),
  );
});
