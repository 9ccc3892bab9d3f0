const ownName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const most = 5;

/** Names of containers for a sentence of ours: those that are plain, and how many more. */
export function containerNames(names: readonly string[]): string {
  const plain = names.filter((name) => ownName.test(name)).slice(0, most);
  const more = names.length - plain.length;
  const words = [
    ...plain,
    ...(more === 0 ? [] : [`${more} ${plain.length === 0 ? '' : 'more '}container${more === 1 ? '' : 's'}`]),
  ];
  return words.join(', ');
}
