import type { ErrorCode } from 'yaml';

interface Words {
  readonly message: string;
  readonly fix: string;
}

const indent: Words = {
  message: 'The indentation does not fit, or a bracket before it is not closed.',
  fix: 'Indent with spaces, the keys of one device all alike; close every { and [.',
};
const quotes: Words = {
  message: 'A value holds a character that has a meaning in YAML.',
  fix: 'Put the value in double quotes.',
};
const alias: Words = {
  message: 'An alias (*) has no anchor (&) before it, or the aliases never end.',
  fix: 'Write the value out.',
};
const unreadable: Words = {
  message: 'This is not YAML.',
  fix: 'Compare the line and the one before it with the example fleet file.',
};

const words: Readonly<Partial<Record<ErrorCode, Words>>> = {
  BAD_ALIAS: alias,
  BAD_INDENT: indent,
  TAB_AS_INDENT: { message: 'A tab is used to indent.', fix: 'Indent with spaces.' },
  BAD_SCALAR_START: quotes,
  BAD_DQ_ESCAPE: {
    message: 'A backslash in double quotes begins something unknown.',
    fix: 'Use single quotes, or write the backslash twice.',
  },
  DUPLICATE_KEY: { message: 'The same key stands twice.', fix: 'Remove one of the two.' },
  MISSING_CHAR: { message: 'A quote, bracket or colon is missing.', fix: 'Close what is open, or add the colon.' },
  MULTIPLE_DOCS: { message: 'The file holds a second document.', fix: 'Remove the `---` and what belongs to it.' },
  MULTILINE_IMPLICIT_KEY: indent,
  BLOCK_AS_IMPLICIT_KEY: indent,
  UNEXPECTED_TOKEN: quotes,
  TAG_RESOLVE_FAILED: { message: 'A tag (!) stands here.', fix: 'Remove the tag, or put the value in quotes.' },
};

/** Our words for a fault of syntax. The YAML library's own may quote the line, and with it a secret. */
export function syntaxProblem(code: ErrorCode): Words {
  return words[code] ?? unreadable;
}
