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

export const pickBoardSteps: readonly Step[] = [
  [
    {
      needs: 'ai_catalog',
      says: 'Call ai_catalog for the model: its sizes by quantisation, and the least memory. If it is not there, say so and ask for its size.',
    },
  ],
  [
    {
      needs: 'ai_match',
      says: 'Call ai_match for it: which devices can hold it now, which after something else is stopped, which never, and the image that fits each release. Keep the reasons for each no.',
    },
    { needs: 'device_list', says: 'Where a device was not asked, device_list tells why.' },
  ],
  [
    {
      needs: 'ai_benchmark_compare',
      says: 'Call ai_benchmark_compare for what was measured or published on such boards. Rank nothing that it calls unlike.',
    },
  ],
  [
    { needs: 'hardware_throttle', says: 'For the best two, call hardware_throttle: is one of them hot or held back?' },
    { needs: 'docker_status', says: 'Call docker_status: can containers have the GPU there? docker_setup mends it.' },
  ],
  [
    {
      says: 'End with one board, one quantisation and one engine, the memory that stays free, and the runner-up with what would change the choice. Say what is measured, what is published and what is only computed.',
    },
    { needs: 'ai_launch', says: 'Offer to call ai_launch for it with plan: true; launch nothing unasked.' },
  ],
];

export const tuneSteps: readonly Step[] = [
  [
    {
      needs: 'ai_list',
      says: 'Call ai_list: what runs there, with which model, context and slots. Where nothing runs, ask what is to be tuned.',
    },
  ],
  [
    {
      needs: 'power_modes',
      says: "Call power_modes: the board's own modes, their watts, and which switches need a reboot.",
    },
    { needs: 'clocks_status', says: 'Call clocks_status: are the clocks pinned?' },
    {
      needs: 'hardware_throttle',
      says: 'Call hardware_throttle: a board that throttles is first cooled, not tuned.',
    },
  ],
  [
    {
      needs: 'ai_benchmark',
      says: 'Call ai_benchmark as it stands now: tok/s, tokens per joule with and without idle power, time to first token. This is the baseline.',
    },
  ],
  [
    {
      needs: 'ai_benchmark_matrix',
      says: 'Call ai_benchmark_matrix with plan: true over the power modes that can pay, and smaller quantisations. Show its reboots and its duration, and wait for consent.',
    },
  ],
  [
    {
      needs: 'ai_benchmark_compare',
      says: 'Call ai_benchmark_compare over the runs. Differences within the confidence interval are none.',
    },
  ],
  [
    {
      says: 'End with the setting of most tokens per joule and the fastest one, each with tok/s, watts and time to first token, and which of them keeps the limit that the user needs. Idle power counts: a fast mode that then idles can win.',
    },
    { needs: 'power_set_mode', says: 'Offer power_set_mode with its price; change nothing unasked.' },
  ],
];

/** The steps that can be taken with these tools, each on one line. */
export function stepsFor(steps: readonly Step[], tools: ReadonlySet<string>): readonly string[] {
  return steps
    .map((parts) => parts.filter(({ needs }) => needs === undefined || tools.has(needs)))
    .filter((parts) => parts.length > 0)
    .map((parts) => parts.map(({ says }) => says).join(' '));
}
