import { describe, expect, it } from '@jest/globals';
import { decideConsent, type Circumstances, type ConsentKind } from '../../../src/core/consent/decide.js';

const levels = ['change', 'disrupt'] as const;
const answers = [undefined, 'approved', 'declined', 'cancelled', 'timed_out'] as const;
const both = [true, false];

const all: Circumstances[] = levels.flatMap((level) =>
  both.flatMap((hasSteps) =>
    (['allow', 'ask'] as const).flatMap((policy) =>
      ([undefined, 'refuses', 'by_policy'] as const).flatMap((unattended) =>
        both.flatMap((asks) =>
          both.flatMap((token) =>
            both.flatMap((approvedOnTerminal) =>
              answers.map((answer) => ({
                level,
                hasSteps,
                policy,
                unattended,
                asks,
                token,
                approvedOnTerminal,
                answer,
              })),
            ),
          ),
        ),
      ),
    ),
  ),
);

const goes = (given: Circumstances): ConsentKind | undefined => {
  const outcome = decideConsent(given);
  return 'go' in outcome ? outcome.go : undefined;
};

describe('decideConsent', () => {
  it('lets nothing disrupt on the word of a model alone', () => {
    const modelOnly = all.filter(
      (given) =>
        given.level === 'disrupt' &&
        given.hasSteps &&
        given.policy === 'ask' &&
        !given.approvedOnTerminal &&
        given.answer !== 'approved',
    );
    expect(modelOnly).toHaveLength(48);
    expect(modelOnly.flatMap((given) => goes(given) ?? [])).toEqual([]);
  });

  it('takes no, silence and an unattended call for no, whatever else is there', () => {
    const no = all.filter(
      ({ answer, unattended }) => unattended === 'refuses' || (answer !== undefined && answer !== 'approved'),
    );
    expect(no.flatMap((given) => goes(given) ?? [])).toEqual([]);
  });

  it('goes on only for one of the five kinds of consent, and names the one that was there', () => {
    for (const given of all) {
      const kind = goes(given);
      if (kind === undefined) continue;
      const there = {
        form: given.answer === 'approved',
        policy: given.policy === 'allow',
        terminal: given.approvedOnTerminal,
        token: given.token && given.level === 'change',
        nothing_to_do: !given.hasSteps,
      };
      expect([kind, there[kind]]).toEqual([kind, true]);
    }
  });

  it('asks where somebody can be asked, and says how else where not', () => {
    const plain = {
      hasSteps: true,
      policy: 'ask',
      unattended: undefined,
      token: false,
      approvedOnTerminal: false,
      answer: undefined,
    } as const;
    expect(decideConsent({ ...plain, level: 'disrupt', asks: true })).toEqual({ ask: true });
    expect(decideConsent({ ...plain, level: 'change', asks: false })).toEqual({ refuse: 'needs_token' });
    expect(decideConsent({ ...plain, level: 'disrupt', asks: false })).toEqual({ refuse: 'needs_person' });
  });
});
