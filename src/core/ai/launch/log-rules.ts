/** Why an engine or its container does not run, or not as it should. */
export const reasonKinds = [
  'out_of_memory',
  'gpu_allocation',
  'gpu_memory_budget',
  'kv_cache',
  'no_kernel_image',
  'cpu_fallback',
  'cuda_driver',
  'cuda_library',
  'no_gpu',
  'no_nvidia_runtime',
  'port_taken',
  'name_taken',
  'gated_model',
  'model_missing',
  'model_unreadable',
  'unknown_architecture',
  'unknown_option',
  'wrong_cpu',
  'image_missing',
  'registry_limit',
  'registry_unreachable',
  'duplicate_mount',
  'mount_missing',
  'disk_full',
  'docker_permission',
  'docker_down',
  'ports_dropped',
  'jetpack_not_known',
] as const;
export type ReasonKind = (typeof reasonKinds)[number];

export interface LogRule {
  readonly kind: ReasonKind;
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
  /** It does not keep the engine from running. */
  readonly harmless?: true;
}

const smallerModel =
  'Choose a smaller model, quantisation or context (ai_match tells what fits), or stop what ai_list and container_list show.';
const rightImage = 'Ask ai_match which image fits this L4T and GPU, and give no other.';

/** The first that matches a line is what the line tells; the more special ones come first. */
export const logRules: readonly LogRule[] = [
  {
    kind: 'gpu_allocation',
    pattern: /NvMapMemAllocInternalTagged|NvMap\w*:? .*error|NVMAP_IOC\w* failed/i,
    message: 'A GPU allocation failed in NvMap.',
    hint: 'With memory to spare it is the limit of L4T 36.4.7, where one allocation of 4 GiB and more fails: update L4T to 36.5, or take a model below that. Else choose a smaller model or context.',
  },
  {
    kind: 'gpu_memory_budget',
    pattern: /Free memory on device .{1,80} is less than desired GPU memory utilization/i,
    message: 'vLLM found less free memory than the share it was told to take; page cache counts as used.',
    hint: 'Stop other programs, or launch again: the share is reckoned anew. A smaller model needs less.',
  },
  {
    kind: 'kv_cache',
    pattern:
      /No available memory for the cache blocks|larger than the (?:available|maximum number of tokens that can be stored in) KV cache|KV cache is needed, which is larger than|failed to (?:allocate|create) (?:buffer for )?(?:the )?kv cache|llama_init_from_model: failed to initialize the context|Not enough memory\. Please try to increase --mem-fraction-static/i,
    message: 'The weights fitted and the KV cache did not.',
    hint: 'Give a smaller context or fewer slots.',
  },
  {
    kind: 'out_of_memory',
    pattern:
      /Out of memory: Killed process|out of memory: Killed process|invoked oom-killer|oom-kill:|killed by the OOM killer|oom_reaper:|anon-rss:\d+kB|CUDA out of memory|cudaMalloc failed: out of memory|cudaErrorMemoryAllocation|CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|torch\.OutOfMemoryError|std::bad_alloc|MemoryError|requires more system memory|unable to allocate \w+ buffer|Cannot allocate memory/i,
    message: 'Memory ran out. CPU and GPU share it, and zram does not help GPU allocations.',
    hint: smallerModel,
  },
  {
    kind: 'cpu_fallback',
    pattern:
      /compute capability not in compiled architectures|no usable GPU found|no compatible GPUs were discovered|not compiled with GPU(?: offload)? support|offloaded 0\/\d+ layers to GPU|Automatically detected platform cpu|entering low vram mode.*total vram="?0/i,
    message: 'The engine passes the GPU over and computes on the CPU.',
    hint: `The image has no code for this GPU, or the container no GPU. ${rightImage}`,
  },
  {
    kind: 'no_kernel_image',
    pattern:
      /no kernel image is available|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU|not compatible with the current PyTorch installation|no CUDA binaries? for (?:this|the) (?:GPU|device)|ptxas fatal.*sm_|the provided PTX was compiled with an unsupported toolchain/i,
    message: 'The image has no GPU code for this compute capability.',
    hint: rightImage,
  },
  {
    kind: 'cuda_driver',
    pattern:
      /CUDA driver version is insufficient|cudaErrorInsufficientDriver|forward compatibility was attempted on non supported|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|unsatisfied condition: cuda|requires? (?:a )?(?:newer )?(?:NVIDIA )?driver (?:release|version)|The NVIDIA driver on your system is too old|CUDA_ERROR_COMPAT_NOT_SUPPORTED/i,
    message: 'The image needs a newer CUDA than the driver of this L4T has.',
    hint: rightImage,
  },
  {
    kind: 'no_nvidia_runtime',
    pattern:
      /unknown or invalid runtime name: nvidia|Unknown runtime specified nvidia|could not select device driver .{0,10}nvidia|nvidia-container-runtime: (?:executable file )?not found|unresolvable CDI devices/i,
    message: 'Docker does not know the NVIDIA runtime.',
    hint: 'docker_setup installs and configures it.',
  },
  {
    kind: 'no_gpu',
    pattern:
      /no CUDA-capable device is detected|cudaErrorNoDevice|CUDA_ERROR_NO_DEVICE|failed to initialize CUDA|ggml_cuda_init: failed|No CUDA GPUs are available|Failed to infer device type|nvidia-container-cli: .{0,120}(?:error|failed)|NvRmMemInitNvmap failed/i,
    message: 'The container sees no GPU.',
    hint: 'gpu_test tells whether any container can have it; docker_setup mends the NVIDIA runtime.',
  },
  {
    kind: 'cuda_library',
    pattern:
      /(?:lib(?:cuda|cublas|cudnn|cudart|nvinfer|nvrtc|nccl|cusparse|cufft|curand|cusolver|nvToolsExt|cufile|cusparseLt)[\w.-]*): (?:cannot open shared object file|undefined symbol|version `)|Could not load library libcudnn|version mismatch.*(?:TensorRT|engine plan)|engine plan file is (?:not compatible|generated on an incompatible device)/i,
    message: 'CUDA, cuDNN or TensorRT in the image do not go together with those of this L4T.',
    hint: `${rightImage} A TensorRT engine has to be built on a board of the same L4T and GPU (model_convert).`,
  },
  {
    kind: 'port_taken',
    pattern:
      /port is already allocated|address already in use|EADDRINUSE|couldn't bind (?:HTTP server )?(?:socket|to)/i,
    message: 'The port is taken.',
    hint: 'Launch again without port: a free one is found.',
  },
  {
    kind: 'name_taken',
    pattern: /The container name .{1,140} is already in use/i,
    message: 'A container of this name is there already.',
    hint: 'Give another name, or remove that one (ai_stop, container_control).',
  },
  {
    kind: 'gated_model',
    pattern:
      /gated repo|GatedRepoError|Access to model .{1,200} is restricted|401 Client Error|403 Client Error|HTTP (?:error )?40[13]\b|status(?: code)?:? 40[13]\b|Invalid username or password|Cannot access gated/i,
    message: 'The hub hands this model out only to an account that accepted its licence.',
    hint: "Accept the licence on the model's page, write a read token into a file named token in a huggingface folder on the device (huggingface-cli login does), and give tokenFile. llama.cpp takes no token file: pull such a model first (model_pull).",
  },
  {
    kind: 'unknown_architecture',
    pattern:
      /unknown model architecture|unsupported model architecture|Model architectures .{1,200} are not supported|does not recognize this architecture|missing tensor '|wrong number of tensors|Unknown model class|No supported model found for/i,
    message: "This version of the engine does not know the model's architecture.",
    hint: 'Choose a newer image of the engine, or another engine (ai_match).',
  },
  {
    kind: 'model_missing',
    pattern:
      /RepositoryNotFoundError|EntryNotFoundError|404 Client Error|HTTP (?:error )?404|pull model manifest: file does not exist|model .{1,200} not found|failed to open GGUF file|No such file or directory: '\/models|Repo id must be|is not a local folder and is not a valid model identifier|error from HF API/i,
    message: 'There is no such model, or no such file of it.',
    hint: 'Check the spelling; ai_catalog and model_list tell what there is.',
  },
  {
    kind: 'model_unreadable',
    pattern:
      /invalid magic|gguf_init_from_file|tensor .{1,100} is not within the file bounds|file is corrupted|Error while deserializing header|InvalidHeaderDeserialization|SafetensorError/i,
    message: "The model's file is damaged, incomplete or of another format.",
    hint: 'Pull it again (model_pull checks its hash).',
  },
  {
    kind: 'unknown_option',
    pattern:
      /error: (?:invalid|unknown) argument:|error: unrecognized arguments|No such option:|exec: ".{1,100}": executable file not found|unable to start container process: exec:|No module named '?(?:vllm|sglang|mlc_llm|tensorrt_llm|experimental)/i,
    message: 'The image has another version of the engine, or not this engine: it does not take this command line.',
    hint: rightImage,
  },
  {
    kind: 'wrong_cpu',
    pattern:
      /exec format error|does not match the (?:detected host|specified) platform|no matching manifest for linux\/arm64|Illegal instruction/i,
    message: 'The image is not for this CPU (arm64).',
    hint: rightImage,
  },
  {
    kind: 'registry_limit',
    pattern: /toomanyrequests|pull rate limit|429 Too Many Requests|429 Client Error/i,
    message: 'The registry or hub refuses for now: too many downloads from this address.',
    hint: 'Wait, log in to the registry on the device, or copy image or model from a device that has it (image_copy, model_copy).',
  },
  {
    kind: 'image_missing',
    pattern:
      /pull access denied|manifest (?:for .{1,300} not found|unknown)|repository does not exist|repository .{1,300} not found|Unable to find image .{1,300} locally/i,
    message: 'There is no such image, or it may not be pulled without an account.',
    hint: `Write the whole name with registry and tag. ${rightImage}`,
  },
  {
    kind: 'registry_unreachable',
    pattern:
      /(?:Get|Head) "?https?:\/\/.{1,300}(?:dial tcp|i\/o timeout|no such host|TLS handshake timeout|context deadline exceeded|connection refused|x509)|Temporary failure in name resolution|Name or service not known|Could not resolve host|failed to do request|Failed to establish a new connection|NameResolutionError|Max retries exceeded/i,
    message: 'The registry or hub could not be reached from the device.',
    hint: 'system_network tells how it is connected. Without internet copy image and model from another device (image_copy, model_copy).',
  },
  {
    kind: 'duplicate_mount',
    pattern: /Duplicate mount point/i,
    message: 'One path of the container is mounted twice.',
    hint: 'Name each path in the container once. jetson-containers mounts /data by itself.',
  },
  {
    kind: 'mount_missing',
    pattern: /bind source path does not exist|invalid mount config/i,
    message: 'A folder or file that the container is to see is not on the device.',
    hint: 'file_list tells what there is.',
  },
  {
    kind: 'disk_full',
    pattern: /No space left on device|disk quota exceeded|not enough (?:free )?disk space|ENOSPC/i,
    message: 'The disk is full.',
    hint: 'system_storage tells what fills it; image_prune and model_delete make room.',
  },
  {
    kind: 'docker_permission',
    pattern:
      /permission denied while trying to connect to the Docker daemon|unknown server OS: \.|connect to the docker API .{0,100}permission denied/i,
    message: 'The user may not use Docker.',
    hint: 'docker_setup adds the user to group docker; with sudo it works at once.',
  },
  {
    kind: 'docker_down',
    pattern: /Cannot connect to the Docker daemon|Is the docker daemon running/i,
    message: 'The Docker daemon does not run.',
    hint: 'service_control starts docker.service; system_logs tells why it ended.',
  },
  {
    kind: 'ports_dropped',
    pattern: /Published ports are discarded when using host network mode/i,
    message: "Published ports do nothing for a container in the host's network.",
    hint: "jetfleet launches without the host's network.",
    harmless: true,
  },
  {
    kind: 'jetpack_not_known',
    pattern: /Unsupported JetPack version detected/i,
    message: "Ollama's installer does not know this JetPack. That alone does no harm.",
    hint: 'Whether the GPU is used tells the self test.',
    harmless: true,
  },
];
