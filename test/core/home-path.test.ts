import { describe, expect, it } from '@jest/globals';
import { expandHome, isRootedPath } from '../../src/core/home-path.js';

describe('expandHome', () => {
  it.each([
    ['~', '/users/ada'],
    ['~/.ssh/key', '/users/ada/.ssh/key'],
    ['~bob/key', '~bob/key'],
    ['/etc/~', '/etc/~'],
  ])('makes %s of %s', (path, expanded) => expect(expandHome(path, '/users/ada/')).toBe(expanded));
});

describe('isRootedPath', () => {
  it.each(['/a', '~', '~/a', '~\\a', 'C:\\a', 'c:/a', '\\\\server\\a'])('takes %s', (path) =>
    expect(isRootedPath(path)).toBe(true),
  );
  it.each(['', 'a', './a', '../a', '~bob/a', 'C:a'])('does not take %j', (path) =>
    expect(isRootedPath(path)).toBe(false),
  );
});
