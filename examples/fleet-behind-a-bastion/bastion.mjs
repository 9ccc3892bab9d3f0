// A bastion as small as it can be: an SSH server that lets ada through to the addresses of its network, and offers nothing else.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import ssh2 from 'ssh2';

/** `routes`: what `ADDRESS:PORT` of its network is on this machine. `passed` fills with those that were asked for. */
export async function startBastion(routes) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const hostKey = privateKey.export({ type: 'sec1', format: 'pem' });
  const passed = [];
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (login) => {
      if (login.method === 'publickey' && login.username === 'ada') login.accept();
      else login.reject(['publickey']);
    });
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const address = `${destIP}:${destPort}`;
      passed.push(address);
      if (routes[address] === undefined) return reject();
      const [near, far] = [accept(), connect(routes[address], '127.0.0.1')];
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
      near.pipe(far).pipe(near);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const key = ssh2.utils.parseKey(hostKey);
  return { port: server.address().port, key: `${key.type} ${key.getPublicSSH().toString('base64')}`, passed, server };
}
