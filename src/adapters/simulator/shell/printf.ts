/** `printf` with `%s`, `%d`, `%%` and the escapes `\n`, `\t`, `\0`, `\\`, in one pass over the format. */
export function printFormatted([format = '', ...args]: readonly string[], out: (text: string) => void): number {
  let next = 0;
  out(
    format.replace(/%[sd%]|\\[nt0\\]/g, (code) => {
      if (code === '%%') return '%';
      if (code.startsWith('%')) return args[next++] ?? (code === '%d' ? '0' : '');
      return code === '\\n' ? '\n' : code === '\\t' ? '\t' : code === '\\0' ? '\0' : '\\';
    }),
  );
  return 0;
}
