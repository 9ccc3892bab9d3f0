const absolute = /^(?:\/|~$|~[/\\]|[A-Za-z]:[/\\]|\\\\)/;

/** Whether a path means the same wherever the program is started: from the root, a drive, or `~`. */
export function isRootedPath(path: string): boolean {
  return absolute.test(path);
}

/** The path with a leading `~` replaced by the home folder. `~other` stays as it is. */
export function expandHome(path: string, home: string): string {
  return /^~(?:$|[/\\])/.test(path) ? `${home.replace(/[/\\]$/, '')}${path.slice(1)}` : path;
}
