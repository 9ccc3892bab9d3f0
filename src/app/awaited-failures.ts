import { Failure } from '../core/errors.js';

/** A laptop that slept between the record and the step, say. */
export const givenUp = (): Failure =>
  new Failure('not_allowed', 'jetfleet was held up before the first step, and another server gave this change up.', {
    hint: 'Nothing was done. Call again where it is still wanted.',
    retry: 'yes',
  });

/** The record that was written a moment ago is gone, or cannot be read. */
export const unreadable = (): Failure =>
  new Failure('internal', 'What jetfleet noted of this change cannot be read back, so it was not begun.', {
    hint: 'Nothing was done. See whether the state folder can be written and read.',
    retry: 'no',
  });
