export const interfaceKinds = [
  'loopback',
  'ethernet',
  'wifi',
  'cellular',
  'usb',
  'can',
  'bridge',
  'docker',
  'tunnel',
  'virtual',
  'other',
] as const;
export type InterfaceKind = (typeof interfaceKinds)[number];

const byName: readonly (readonly [RegExp, InterfaceKind])[] = [
  [/^lo$/, 'loopback'],
  [/^(?:docker\d+|docker_gwbridge|veth[0-9a-f]+|br-[0-9a-f]{12})$/, 'docker'],
  [/^(?:usb|rndis)\d+$/, 'usb'],
  [/^(?:wlan\d+|wl[A-Za-z0-9]+)$/, 'wifi'],
  [/^ww[A-Za-z0-9]+$/, 'cellular'],
  [/^(?:can|vcan|slcan)\d+$/, 'can'],
  [/^(?:l4tbr|br|virbr)\d+$/, 'bridge'],
  [/^(?:tun|tap|wg|tailscale|zt|ppp|sit|ip6tnl|gre)[A-Za-z0-9]*$/, 'tunnel'],
  [/^(?:dummy|ifb|bond|vlan)\d+/, 'virtual'],
  [/^(?:eth\d+|en[A-Za-z0-9]+|mgbe\d+_\d+)$/, 'ethernet'],
];

/** What an interface is: by the kernel's device type where it gives one, else by its name. */
export function interfaceKind(
  name: string,
  linkType: string | undefined,
  deviceType: string | undefined,
): InterfaceKind {
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (linkType === 'loopback') return 'loopback';
  if (linkType === 'can') return 'can';
  if (deviceType === 'wlan') return 'wifi';
  if (deviceType === 'wwan') return 'cellular';
  if (deviceType === 'gadget') return 'usb';
  if (deviceType === 'bridge') return named === 'docker' ? 'docker' : 'bridge';
  if (named !== undefined) return named;
  return linkType === 'none' ? 'tunnel' : 'other';
}
