/** A number as a program prints it, with a decimal comma where its locale has one; undefined for `nan`, `inf` and what is none. */
export function numberOf(text: string | undefined): number | undefined {
  const plain = text?.trim() ?? '';
  // 1,234.5 groups by commas; 28,61 has a decimal comma.
  const western = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) && !/^[+-]?\d{1,3},\d{3}$/.test(plain);
  const value = Number(western ? plain.replaceAll(',', '') : plain.replace(',', '.'));
  return plain !== '' && Number.isFinite(value) ? value : undefined;
}
