import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clientOf } from '../../../src/adapters/mcp/client-of.js';
import { consentForm, decisionOf } from '../../../src/adapters/mcp/consent-form.js';
import { runs } from '../../setup/runs.js';
import { wrongAnswers } from './asking-engine.js';

const yes = { action: 'accept', content: { approve: true } };

describe('the consent form', () => {
  it('asks one thing, which is no until somebody says yes', () => {
    const { message, requestedSchema } = consentForm('reboot');
    expect(message).toBe('reboot');
    expect(requestedSchema).toMatchObject({
      required: ['approve'],
      properties: { approve: { type: 'boolean', default: false } },
    });
    expect(Object.keys(requestedSchema.properties)).toEqual(['approve']);
  });

  it('is approved by a yes', () => {
    expect(decisionOf(yes)).toBe('approved');
  });

  it.each(wrongAnswers)('is not approved by %s', (_what, response, decision) => {
    expect(decisionOf(response)).toBe(decision);
  });

  it('is not approved by anything else', () => {
    const field = fc.constantFrom<unknown>(true, true, true, false, 'true', 1, null);
    const near = fc.record(
      {
        action: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('accept', 'decline', 'cancel') }, fc.jsonValue()),
        content: fc.oneof(
          { weight: 4, arbitrary: fc.record({ approve: field, also: field }, { requiredKeys: [] }) },
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    );
    let approved = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: near }, fc.jsonValue()), (response) => {
        const isYes = JSON.stringify(sorted(response)) === JSON.stringify(yes);
        if (isYes) approved += 1;
        expect(decisionOf(response) === 'approved').toBe(isYes);
      }),
      { seed: 20261120, numRuns: runs(3000) },
    );
    expect(approved).toBeGreaterThan(0);
  });
});

/** With `action` before `content`, as `yes` has them. */
function sorted(response: unknown): unknown {
  if (response === null || typeof response !== 'object' || Array.isArray(response)) return response;
  return Object.fromEntries(Object.entries(response).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('a client', () => {
  const info = { name: 'Desk', version: '2' };
  it.each([
    ['forms', { elicitation: { form: {} } }, true],
    ['forms and links', { elicitation: { form: {}, url: {} } }, true],
    ['elicitation as it was first', { elicitation: {} }, true],
    ['links alone', { elicitation: { url: {} } }, false],
    ['nothing', {}, false],
    ['nothing at all', undefined, false],
    ['nonsense', { elicitation: true }, false],
    ['more nonsense', { elicitation: { form: true } }, false],
    ['a list', { elicitation: [] }, false],
  ])('that has %s can be asked: %s %s', (_what, capabilities, asks) => {
    expect(clientOf(info, capabilities)).toEqual({ name: 'Desk 2', asks });
  });

  it.each([
    ['no name', undefined, 'a client without a name'],
    ['a blank name', { name: ' ', version: '' }, 'a client without a name'],
    ['a name that is none', { name: 7, version: '1' }, '1'],
    ['a name that hides', { name: 'Desk\u001b[2J\u202e\nroot', version: '1' }, 'Desk root 1'],
  ])('is told by its name, cleaned: %s', (_what, told, name) => {
    expect(clientOf(told, {}).name).toBe(name);
  });

  it('has a name of bounded length', () => {
    expect(clientOf({ name: 'x'.repeat(1e6), version: '1' }, {}).name).toHaveLength(80);
  });
});
