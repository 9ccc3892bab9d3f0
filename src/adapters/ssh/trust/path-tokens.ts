/** What the percent tokens of ssh_config stand for. */
export interface TokenValues {
  /** `%h`: the name to dial. */
  readonly host: string;
  /** `%n`: the name as given. */
  readonly given: string;
  /** `%p` */
  readonly port: number;
  /** `%r`: the user on the device. */
  readonly user: string;
  /** `%u`: the user here. */
  readonly localUser: string;
  /** `%d`, and `~` of paths. */
  readonly home: string;
  /** `%k`: the host key alias, else the name as given. */
  readonly alias: string;
  /** For `${NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Replaces percent tokens; one that is not known stays as it is. */
export function expandTokens(text: string, values: TokenValues): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: values.host,
    n: values.given,
    p: String(values.port),
    r: values.user,
    u: values.localUser,
    d: values.home,
    k: values.alias,
  };
  return text.replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}

/** Expands a path: percent tokens, `~` at its start, and `${NAME}` of the environment. */
export function expandPath(path: string, values: TokenValues): string {
  return expandTokens(path, values)
    .replace(/^~(?=$|[/\\])/, () => values.home)
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => values.environment[name] ?? whole);
}
