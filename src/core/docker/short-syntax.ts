import { Failure } from '../errors.js';
import type { Mount, PublishedPort } from './container-spec.js';

function wrong(field: string, how: string): Failure {
  return new Failure('invalid_input', `${field}: ${how}`, { retry: 'yes' });
}

const portPattern = /^(?:(\[[0-9A-Fa-f:]{2,39}\]|[0-9.]{7,15}):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;

/** A port as Docker writes it, `[address:]device:container[/udp]`. */
export function portOf(text: string, defaultAddress: string): PublishedPort {
  const [, address, host, container, protocol] = portPattern.exec(text) ?? [];
  if (host === undefined)
    throw wrong(
      'ports',
      'write [address:]device:container[/udp], such as 8080:80 or 0.0.0.0:8080:80. Ranges are not taken.',
    );
  return {
    address: address?.replace(/^\[|\]$/g, '') ?? defaultAddress,
    host: Number(host),
    container: Number(container),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  };
}

/** A mount as Docker writes it, `volume:/in/container[:ro]` or `/on/device:/in/container[:ro]`. */
export function mountOf(text: string): Mount {
  const [source = '', target = '', mode = 'rw', ...rest] = text.split(':');
  if (rest.length > 0 || source === '' || target === '' || !['ro', 'rw'].includes(mode))
    throw wrong(
      'volumes',
      'write volume:/in/container or /on/device:/in/container, with :ro at the end for read-only.',
    );
  if (/^[.~]/.test(source)) throw wrong('volumes', 'a path on the device is absolute.');
  return { kind: source.startsWith('/') ? 'bind' : 'volume', source, target, readOnly: mode === 'ro' };
}
