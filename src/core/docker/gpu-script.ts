/**
 * What runs inside the container under test. Every line it prints is `jetfleet KEY VALUE`; each level stands on the one before. First
 * argument: the Python text, for images that have Python.
 */
export const gpuScript = [
  'for f in /dev/nvhost-gpu /dev/nvhost-ctrl-gpu /dev/nvgpu /dev/nvmap /dev/nvidia0 /dev/nvidiactl; do if [ -e $f ]; then echo "jetfleet device $f"; fi; done',
  'for f in /usr/lib/aarch64-linux-gnu/tegra/libcuda.so* /usr/lib/aarch64-linux-gnu/nvidia/libcuda.so* /usr/lib/*/libcuda.so* /usr/local/cuda/compat/libcuda.so*; do if [ -s "$f" ]; then echo "jetfleet library yes"; break; fi; done',
  'if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q "^GPU 0"; then echo "jetfleet smi yes"; fi',
  'for p in python3 python; do if command -v $p >/dev/null 2>&1; then echo "jetfleet python yes"; exec $p -c "$1"; fi; done',
  'echo "jetfleet python no"',
].join('\n');

/**
 * Speaks to the CUDA driver itself, so it needs no toolkit. `memset` is done by the GPU and read back; `kernel` compiles one of three
 * lines for the GPU at hand, by the driver's own compiler, and reads back what it wrote. Driver results are 0 for success.
 */
export const gpuPython = `import ctypes as c, signal
signal.alarm(60)
def say(k, v): print("jetfleet", k, v, flush=True)
def ptx(version, target): return (".version %s\\n.target %s\\n.address_size 64\\n.visible .entry fill(.param .u64 out)\\n{\\n"
  ".reg .b32 %%r<3>;\\n.reg .b64 %%d<5>;\\nld.param.u64 %%d1, [out];\\ncvta.to.global.u64 %%d2, %%d1;\\nmov.u32 %%r1, %%tid.x;\\n"
  "mad.lo.u32 %%r2, %%r1, 3, 1;\\nmul.wide.u32 %%d3, %%r1, 4;\\nadd.u64 %%d4, %%d2, %%d3;\\nst.global.u32 [%%d4], %%r2;\\nret;\\n}\\n") % (version, target)
try: l = c.CDLL("libcuda.so.1")
except OSError:
  say("driver", "absent")
  raise SystemExit
r = l.cuInit(0)
say("init", r)
if r: raise SystemExit
n, v, d, a, b = (c.c_int() for _ in range(5))
l.cuDeviceGetCount(c.byref(n))
l.cuDriverGetVersion(c.byref(v))
say("count", n.value)
say("version", v.value)
if n.value < 1: raise SystemExit
l.cuDeviceGet(c.byref(d), 0)
l.cuDeviceGetAttribute(c.byref(a), 75, d)
l.cuDeviceGetAttribute(c.byref(b), 76, d)
say("sm", "%d.%d" % (a.value, b.value))
x = c.c_void_p()
r = l.cuDevicePrimaryCtxRetain(c.byref(x), d) or l.cuCtxSetCurrent(x)
say("context", r)
if r: raise SystemExit
p, h, size = c.c_uint64(), (c.c_uint32 * 1024)(), c.c_size_t(4096)
r = l.cuMemAlloc_v2(c.byref(p), size)
say("alloc", r)
if r: raise SystemExit
r = l.cuMemsetD32_v2(p, c.c_uint32(7), c.c_size_t(1024)) or l.cuMemcpyDtoH_v2(h, p, size)
say("memset", r or (0 if all(i == 7 for i in h) else 99999))
m, f = c.c_void_p(), c.c_void_p()
for version, target in (("6.3", "sm_75"), ("7.0", "sm_80"), ("6.0", "sm_50")):
  r = l.cuModuleLoadData(c.byref(m), ptx(version, target).encode() + b"\\0")
  if r == 0: break
r = r or l.cuModuleGetFunction(c.byref(f), m, b"fill")
args = (c.c_void_p * 1)(c.cast(c.pointer(p), c.c_void_p))
r = r or l.cuLaunchKernel(f, 1, 1, 1, 1024, 1, 1, 0, None, args, None) or l.cuCtxSynchronize() or l.cuMemcpyDtoH_v2(h, p, size)
say("kernel", r or (0 if all(w == i * 3 + 1 for i, w in enumerate(h)) else 99999))
`;
