const longRun = /(\s)\1{19,}/gu;
const whiteSpace: Readonly<Record<string, string>> = { ' ': 'spaces', '\n': 'line ends', '\t': 'tabs' };
const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
/** What a reader does not see, or takes for a space. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Twenty equal white-space characters or more push what follows out of sight: they are told as a count. */
const counted = (text: string): string =>
  text.replace(longRun, (run, one: string) => `[${run.length} ${whiteSpace[one] ?? 'blanks'}]`);
const escaped = (text: string): string =>
  text.replace(unseen, (c) => escapes[c] ?? `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);

/** A text whole on one line, as a person reads and approves it: nothing in it looks like another line of ours, or hides. */
export function visible(text: string): string {
  return escaped(counted(text));
}

/** The lines of a text, each made visible. */
export function visibleLines(text: string): string[] {
  return counted(text).split('\n').map(escaped);
}
