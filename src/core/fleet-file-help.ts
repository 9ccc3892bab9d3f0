interface FieldHelp {
  /** What the field takes, to follow "takes". */
  readonly takes: string;
  readonly fix: string;
}

const secretHelp = (key: string, variable: string): FieldHelp => ({
  takes: 'a reference to a secret (env:NAME, file:/PATH or command:PROGRAM), never the secret itself',
  fix: `Write for example \`${key}: env:${variable}\`, and take the secret out of the file.`,
});

const nameFix = 'Use letters, digits, dot, dash and underscore, 64 at most; a letter or digit first and last.';

/** What the fields of the fleet file take, with an example of each. */
export const fieldHelp: Readonly<Record<string, FieldHelp>> = {
  defaults: { takes: 'keys that hold for every device', fix: 'Write for example `defaults: { user: nvidia }`.' },
  devices: { takes: 'a list', fix: 'Below `devices:` begin each device with `- name:`.' },
  name: { takes: 'the name of the device', fix: nameFix },
  host: {
    takes: 'an address, a DNS name or an alias of ~/.ssh/config',
    fix: 'Write for example `host: 192.168.1.31`.',
  },
  user: { takes: 'the name of the login user', fix: 'Write for example `user: nvidia`.' },
  port: { takes: 'a whole number from 1 to 65535', fix: 'Write for example `port: 22`.' },
  identityFile: {
    takes: 'the full path of a private key',
    fix: 'Write for example `identityFile: ~/.ssh/id_ed25519`.',
  },
  hostKeys: {
    takes: 'strict, accept-new or { fingerprint: SHA256:... }; checking cannot be switched off',
    fix: 'Write `hostKeys: strict`, or `hostKeys: accept-new` to trust a key at first sight.',
  },
  fingerprint: {
    takes: 'SHA256: and 43 characters, as ssh-keygen -l prints it',
    fix: 'Run `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the device and copy its second word.',
  },
  jump: {
    takes: 'a device, an alias of ~/.ssh/config or user@host:port; several with commas, outermost first',
    fix: 'Write for example `jump: bastion`.',
  },
  password: secretHelp('password', 'NANO_PASSWORD'),
  passphrase: secretHelp('passphrase', 'NANO_PASSPHRASE'),
  sudo: { takes: 'a mapping with a password', fix: 'Write for example `sudo: { password: env:NANO_SUDO }`.' },
  connectTimeoutMs: { takes: 'milliseconds from 100 to 600000', fix: 'Write for example `connectTimeoutMs: 10000`.' },
  labels: { takes: 'a mapping of names to texts', fix: 'Write for example `labels: { site: lab }`.' },
  groups: { takes: 'a list of names', fix: 'Write for example `groups: [lab]`.' },
  addedBy: {
    takes: 'client, as device_add and device_edit write it',
    fix: 'Take the line away once you know that the address is right.',
  },
};

/** What a label takes. Its name is the user's, so that it must not be looked up among the fields. */
export const labelHelp: FieldHelp = {
  takes: 'a text of 256 characters at most',
  fix: 'Write for example `site: lab`.',
};

/** What a member of `groups` takes. */
export const groupHelp: FieldHelp = { takes: 'the name of a group', fix: nameFix };
