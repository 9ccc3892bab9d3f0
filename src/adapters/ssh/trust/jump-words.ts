/** One hop as it is written: a device's name, an alias or address, with a user and a port where given. */
export interface JumpWord {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
}

const hop = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.%\w]+)\]|([^@\s:[\]]+))(?::(\d{1,5}))?\/?$/;
const bareIpv6 = /^[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\w+)?$/;

/** Splits `a,user@b:2222,[::1]:22`; undefined where one of the words is none of the forms. */
export function parseJump(text: string): readonly JumpWord[] | undefined {
  const words = text.split(',').map((each) => parseHop(each.trim()));
  return words.every((each) => each !== undefined) ? words : undefined;
}

function parseHop(word: string): JumpWord | undefined {
  if (bareIpv6.test(word)) return { host: word };
  const [, user, ipv6, name, port] = hop.exec(word) ?? [];
  const host = ipv6 ?? name;
  if (
    host === undefined ||
    host.startsWith('-') ||
    (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
  ) {
    return undefined;
  }
  return { host, user, port: port === undefined ? undefined : Number(port) };
}
