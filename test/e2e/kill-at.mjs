// Preloaded into a server: kills it with SIGKILL at one exact moment of its audit log. JETFLEET_TEST_KILL is
// MOMENT:EVENT, with :STEP where that step's is meant. `before`: nothing of that record is written. `torn`: half of it
// is. `after`: it is on disk, and what comes next has not begun.
import { open } from 'node:fs/promises';

const [moment, event, step] = (process.env.JETFLEET_TEST_KILL ?? '').split(':');
const handle = await open(process.execPath);
const files = Object.getPrototypeOf(handle);
await handle.close();
const { write, datasync } = files;
const reached = new WeakSet();

/** Nothing that awaits this goes on. */
function die() {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

files.write = async function (data, ...rest) {
  const text = String(data);
  const isIt = text.includes(`"event":"${event}"`) && (step === undefined || text.includes(`"step":${step},`));
  if (!isIt) return write.call(this, data, ...rest);
  if (moment === 'before') return die();
  if (moment === 'after') {
    reached.add(this);
    return write.call(this, data, ...rest);
  }
  await write.call(this, data.subarray(0, data.length / 2));
  await datasync.call(this);
  return die();
};

files.datasync = async function () {
  await datasync.call(this);
  if (reached.has(this)) await die();
};
