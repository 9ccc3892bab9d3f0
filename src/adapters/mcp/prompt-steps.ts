/** A sentence of a step, and the tool without which it makes no sense. */
interface Part {
  readonly needs?: string;
  readonly says: string;
}

/** One numbered step of a prompt. */
export type Step = readonly Part[];

export const onboardSteps: readonly Step[] = [
  [
    {
      needs: 'device_list',
      says: 'Call device_list. If the device is not there, say which lines to add to the fleet file and stop.',
    },
  ],
  [
    {
      needs: 'device_doctor',
      says: 'Call device_doctor for it and go through the steps in order. At the first that fails, explain the fix it names; do not go on until it is mended. Never suggest that a host key be accepted without the user comparing its fingerprint.',
    },
  ],
  [
    {
      needs: 'device_describe',
      says: 'Call device_describe. Report module, memory, L4T and JetPack, and whether they disagree; then CUDA, storage, Docker with the NVIDIA runtime, and how commands become root.',
    },
  ],
  [
    {
      needs: 'power_modes',
      says: 'Call power_modes. Say which mode is on, what the others cost in watts, and which switches need a reboot.',
    },
    { needs: 'fan_status', says: 'Call fan_status. Say what drives the fan.' },
  ],
  [
    { needs: 'system_storage', says: 'Call system_storage. Name full disks.' },
    { needs: 'service_list', says: 'Call service_list. Name failed services.' },
  ],
  [
    {
      says: 'End with a short list: what is ready, what is missing, and one next step. State nothing the tools did not answer.',
    },
  ],
];

export const triageSteps: readonly Step[] = [
  [
    {
      needs: 'hardware_throttle',
      says: 'Call hardware_throttle: thermal throttling, over-current events by rate, clocks against the limits of the power mode.',
    },
  ],
  [
    {
      needs: 'hardware_stats',
      says: 'Call hardware_stats over about 10 seconds: which of CPU, GPU, memory, swap and engines is busy.',
    },
  ],
  [
    { needs: 'power_modes', says: 'Call power_modes: is a low mode the cause?' },
    { needs: 'clocks_status', says: 'Call clocks_status: is a low clock the cause?' },
  ],
  [
    { needs: 'system_processes', says: 'Call system_processes for what uses CPU and memory.' },
    { needs: 'system_storage', says: 'Call system_storage for a full disk.' },
    { needs: 'system_logs', says: 'Call system_logs for out-of-memory kills.' },
  ],
  [
    {
      needs: 'hardware_stats',
      says: 'Where other boards of the same module exist, call hardware_stats with a selector for them and compare.',
    },
  ],
];

/** The steps that can be taken with these tools, each on one line. */
export function stepsFor(steps: readonly Step[], tools: ReadonlySet<string>): readonly string[] {
  return steps
    .map((parts) => parts.filter(({ needs }) => needs === undefined || tools.has(needs)))
    .filter((parts) => parts.length > 0)
    .map((parts) => parts.map(({ says }) => says).join(' '));
}
