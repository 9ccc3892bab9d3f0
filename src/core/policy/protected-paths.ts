/** Paths that are kept from a tool unless the user's policy opens them. */
export interface Protection {
  /** Why, to follow "because". */
  readonly why: string;
  readonly covers: (path: string) => boolean;
}

const only = (why: string, ...patterns: readonly RegExp[]): Protection => ({
  why,
  covers: (path) => stemsOf(path).some((stem) => patterns.some((pattern) => pattern.test(stem))),
});

/** A backup or an editor's swap file is as secret as the file. */
function stemsOf(path: string): string[] {
  const swapped = path.replace(/\/\.([^/]+)\.sw[a-p]$/, '/$1');
  return [path, swapped, path.replace(/(?:~|-|\.(?:bak|backup|old|orig|save|dpkg-[a-z]+|ucf-[a-z]+))$/i, '')];
}

// Folders below the root are matched wherever they stand, where another system may be mounted or a container's files lie.
const logins = only(
  'it may hold a password or an access token',
  /\/(?:[._]netrc|\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.npmrc|\.pypirc|\.git-credentials|\.vault-token|\.vnc\/passwd)$/i,
  /\/(?:\.smbcredentials|\.boto|\.s3cfg|\.dockercfg|\.docker\/config\.json|\.config\/git\/credentials)$/i,
  /\/\.(?:aws|azure|oci|kaggle|ngc|kube|password-store|mozilla)\//i,
  /\/\.config\/(?:gcloud|gh|hub|rclone|containers|chromium|google-chrome|ngc)\//i,
  /\/\.?huggingface\/(?:token|stored_tokens)$/i,
  /\/\.local\/share\/(?:keyrings|jupyter\/runtime)\//i,
  /\/\.jupyter\//i,
  /\/etc\/(?:kubernetes|rancher|credstore[^/]*)\//i,
  /\/var\/lib\/(?:rancher\/k3s|kubelet|docker\/(?:containers|swarm)|tailscale|systemd\/credential\.secret)(?:\/|$)/i,
  /^\/(?:var\/)?run\/(?:secrets|credentials|credstore[^/]*|user\/[^/]+\/keyring[^/]*)\//i,
);

const secrets: readonly Protection[] = [
  only(
    'it may hold a private key',
    /\/\.ssh\/(?!(?:[^/]*\.pub|known_hosts|authorized_keys|config)$)[^]/i,
    /\/id_[^/]*(?<!\.pub)$/i,
    /\.(?:pem|key|p12|pfx|jks|keystore|ppk|kdbx|keytab)$/i,
    /\/etc\/ssh\/ssh_host_[^/]*(?<!\.pub)$/i,
    /\/etc\/(?:ssl|pki\/tls)\/private\//i,
    /\/etc\/(?:wireguard|openvpn|ipsec\.d|swanctl)\//i,
    /\/\.gnupg\//i,
  ),
  only('it holds password hashes', /\/(?:etc|etc\/security|var\/backups)\/(?:g?shadow|opasswd)$/i, /\/\.htpasswd$/i),
  only('it may hold secrets of a program', /\/[^/]*\.env$/i, /\/\.env(?:rc|\.[^/]*)$/i),
  logins,
  only(
    'it may hold the password of a network',
    /\/NetworkManager\/system-connections(?:\/|$)/i,
    /\/(?:wpa_supplicant|hostapd)[^/]*\.conf$/i,
    /\/(?:etc|run)\/netplan\//i,
    /\/var\/lib\/iwd\//i,
    /\/etc\/(?:ipsec\.secrets|(?:.*\/)?[a-z]+-secrets)$/i,
  ),
  only('it may hold commands with secrets in them', /\/\.[^/]*_history$/i, /\/fish_history$/i, /\/\.viminfo$/i),
  only(
    'it may hold the memory or the environment of a program',
    /^\/proc\/(?:[^/]+\/)(?:task\/[^/]+\/)?(?:environ|mem|pagemap|map_files|fd|root|cwd)(?:\/|$)/i,
    /^\/proc\/(?:kcore|kmem|vmcore|kpage[^/]*)$/i,
    /\/var\/(?:lib\/systemd\/coredump|crash)\//i,
  ),
  only('it is a device of the system, not a file', /^\/dev(?:\/|$)/i),
];

const holds: readonly Protection[] = [
  logins,
  only(
    'it decides who may log in and who may become root',
    /\/\.ssh(?:\/|$)/i,
    /\/\.(?:[rs]hosts|k5login|k5users)$/i,
    /\/etc\/(?:sudo[^/]*|passwd|group|g?shadow|sub[ug]id|nsswitch\.conf|login\.defs|securetty|shells|hosts\.[a-z]+)(?:\/|$)/i,
    /\/etc\/(?:pam[^/]*|security|ssh|polkit-1|dbus-1|sssd|apparmor[^/]*|environment)(?:\/|$)/i,
  ),
  only(
    'the board may not start again with a faulty one',
    /^\/boot(?:\/|$)/i,
    /\/extlinux\.conf$/i,
    /\/etc\/(?:fs|cryp)tab$/i,
  ),
  only(
    'it can cut the board off from the network',
    /\/etc\/(?:NetworkManager|netplan|network|networkd-dispatcher|dhcp[^/]*|ufw|iptables|nftables[^/]*|firewalld|wpa_supplicant)(?:\/|$)/i,
    /\/etc\/(?:resolv\.conf|ppp|wireguard|openvpn)(?:\/|$)/i,
  ),
  only(
    'what stands there is run as root, or by every program',
    /\/etc\/(?:cron[^/]*|anacrontab|at\.[a-z]+|init\.d|init|rc[^/]*|inittab|systemd|udev|apt|dpkg|kernel|default|skel)(?:\/|$)/i,
    /\/etc\/(?:ld\.so[^/]*|profile[^/]*|bash[^/]*|zsh[^/]*|modprobe\.d|modules[^/]*|sysctl[^/]*|tmpfiles\.d|binfmt\.d)(?:\/|$)/i,
    /\/etc\/(?:logrotate[^/]*|update-motd\.d|initramfs-tools|alternatives|acpi|X11|gdm3|xdg|cloud|needrestart|ca-certificates[^/]*|ssl)(?:\/|$)/i,
    /\/etc\/(?:docker|containerd|nvidia-container-runtime|cdi|rancher|kubernetes)(?:\/|$)/i,
    /^\/(?:usr|bin|sbin|lib[^/]*)(?:\/|$)/i,
    /\/var\/spool\/(?:cron|at|anacron)[^/]*(?:\/|$)/i,
    /\/var\/lib\/(?:apt|dpkg|sudo|systemd|snapd|docker|containerd|polkit-1|NetworkManager|rancher|kubelet|dkms)(?:\/|$)/i,
    /^\/(?:var\/)?run\/(?:systemd|udev|sudo|dbus|docker|containerd|NetworkManager|user\/[^/]+\/systemd)(?:\/|$)/i,
  ),
  only(
    'it is run at the next login of its user',
    /\/\.(?:profile|login|logout|[a-z]*shrc|pam_environment|inputrc|x[a-z]*rc|xprofile|xsession)$/i,
    /\/\.(?:bash|z)[a-z_]*(?<!history)$/i,
    /\/\.config\/(?:autostart|systemd|fish|environment\.d)(?:\/|$)/i,
    /\/\.local\/share\/systemd(?:\/|$)/i,
  ),
  only('jetfleet keeps its jobs there', /^\/var\/tmp\/jetfleet-\d+(?:\/|$)/i),
  only('it is the kernel or a device, not a file', /^\/(?:dev|proc|sys)(?:\/|$)/i),
];

// No list of what gives root, or is run later, can be complete.
const persons: readonly Protection[] = [
  only('it lies in a folder of the system', /^\/(?:etc|root|var(?!\/tmp\/)|run|snap|[^/]*$)/),
  only(
    'programs are kept there, and something may run what is written',
    /^\/(?:opt|srv|nix)(?:\/|$)/i,
    /\/s?bin\//i,
    /\/lib\/python[^/]*\//i,
    /\/(?:site-packages|dist-packages|node_modules)\//i,
  ),
  only(
    'it is a program by its name, and something may run it',
    /\.(?:[a-z]*sh|py[cdw]?|pth|pl|rb|php|lua|[cm]?js|so(?:\.[\d.]+)?|jar|desktop|service|timer|socket|AppImage)$/i,
    /\/(?:(?:docker-)?compose[^/]*\.ya?ml|Dockerfile|Makefile)$/i,
  ),
  only('hidden files and folders are settings of programs, and some run what stands in them', /\/\.[^/]/),
];

/** Everything that protects a normal path from one of the file tools; none where the tool only lists names, or takes no path of the caller. */
export function protectionsOf(path: string, tool: string, reads: boolean): readonly Protection[] {
  if (!isPathTool(tool) || tool === 'file_list') return [];
  if (!tool.startsWith('model_')) return (reads ? secrets : holds).filter(({ covers }) => covers(path));
  // They read files and put them elsewhere: neither may be a secret, and neither gives away the board.
  return inModelVolume.test(path) ? [] : [...secrets, ...holds].filter(({ covers }) => covers(path));
}

/** Folder of the volume that holds the models of endpoints: below what else nobody writes in. */
const inModelVolume = /^\/var\/lib\/docker\/volumes\/jetfleet-models\/_data\/./;

/** Whether a tool takes the path of a file from its caller. Others look at files of their own choice. */
export function isPathTool(tool: string): boolean {
  return tool.startsWith('file_') || /^model_(?:pull|copy|delete|convert)$/.test(tool);
}

/** Why a person has to agree to a change of a path, to follow "because"; undefined where the token of a plan is enough. */
export function whyPerson(path: string): string | undefined {
  if (inModelVolume.test(path)) return undefined;
  return [...holds, ...persons].find(({ covers }) => covers(path))?.why;
}

/** The path without `.`, `..` and doubled slashes; undefined where it is not a full path. Links are not followed. */
export function normalPath(path: string): string | undefined {
  if (!path.startsWith('/') || path.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
