import { pause, prints, uidOfCaller, unsupported, type Program, type Programs } from './program.js';

const killedCode = 143;
const mostNumbers = 1_000_000;
const linesAtOnce = 1000;

const sleep: Program = async (call) => {
  const [seconds = '', ...more] = call.args;
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(seconds) || more.length > 0) return unsupported(call);
  return (await pause(Number(seconds) * 1000, call.signal)) ? 0 : killedCode;
};

const seq: Program = (call) => {
  const [last = '', ...more] = call.args;
  if (!/^\d{1,7}$/.test(last) || more.length > 0 || Number(last) > mostNumbers) return unsupported(call);
  for (let from = 1; from <= Number(last); from += linesAtOnce) {
    const count = Math.min(linesAtOnce, Number(last) - from + 1);
    call.out(Array.from({ length: count }, (_, index) => `${from + index}\n`).join(''));
  }
  return 0;
};

const cat: Program = async (call) => {
  const [path, ...more] = call.args;
  if (path === undefined) {
    call.out((await call.input.bytes(Number.POSITIVE_INFINITY)).toString());
    return 0;
  }
  const { files } = call;
  const uid = uidOfCaller(call);
  const node = more.length > 0 ? undefined : files.node(path, uid);
  const content = node?.kind === 'file' && files.mayRead(node, uid) ? files.contentOf(node) : undefined;
  // A real board has far more files: that this one is not there says nothing.
  if (content === undefined) return unsupported(call);
  call.out(content.toString());
  return 0;
};

const uname: Program = (call) => {
  const { name, spec } = call.device;
  const { kernel, kernelBuild } = spec.release;
  const known: Readonly<Record<string, string>> = {
    '': 'Linux',
    '-a': `Linux ${name} ${kernel} ${kernelBuild} aarch64 aarch64 aarch64 GNU/Linux`,
    '-m': 'aarch64',
    '-r': kernel,
  };
  const text = known[call.args.join(' ')];
  if (text === undefined) return unsupported(call);
  call.out(`${text}\n`);
  return 0;
};

const falsely: Program = (call) => (call.args.length === 0 ? 1 : unsupported(call));

/** Programs that harm nothing and tell nothing of a Jetson: what a user tries first. */
export const plainPrograms: Programs = {
  sleep,
  seq,
  cat,
  false: falsely,
  uname,
  hostname: prints([], ({ device }) => `${device.name}\n`),
  whoami: prints([], ({ caller }) => `${caller.root ? 'root' : caller.account.name}\n`),
};
