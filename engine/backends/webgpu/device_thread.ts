import { FULL } from '../device_failure.ts';
import { ABSENCE } from './absence.ts';
import { TOLD_WORDS } from './launch.ts';
import {
  type Adapter,
  ANSWER,
  LAUNCH_WORDS,
  type Objection,
  type Opening,
  PLAY,
  REPLY,
  type Tape,
  type ToDevice,
  type Work,
} from './messages.ts';

/** As the specification numbers them: the types of the browser have no values. */
const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 } as const;
const MEMORY = USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST;
const COMPUTE = 4;
const READ = 1;
/** Characters of a reason that are told. */
const MOST_REASON = 800;
/** A device that is lost says so within this time, in milliseconds, after what it was asked has failed. */
const UNTIL_LOST = 200;

/** Drivers have words for it that help nobody. */
const NO_ROOM: Objection = { kind: 'full', reason: FULL };

/** Brings the GPU of these surroundings; undefined where there is none. */
export type FindGpu = () => Promise<GPU | undefined>;

/** What a thread that owns a device does: waits for work, does it, and answers where it was asked for something; `end` ends it. */
export function serveDevice(
  listen: (hear: (message: ToDevice) => void) => void,
  findGpu: FindGpu,
  end: () => void,
): void {
  let before: Promise<DeviceQueue | undefined> = Promise.resolve(undefined);
  let reply: Reply | undefined;
  /** Why the device is of no use any more: whoever reads is told, as what there is to read is not whole. */
  let objection: Objection | undefined;
  let opened: DeviceQueue | undefined;

  const open = async (message: Opening): Promise<DeviceQueue | undefined> => {
    reply = new Reply(message);
    try {
      opened = await DeviceQueue.open(findGpu);
      reply.say(ANSWER.ready, opened.adapter);
      return opened;
    } catch (error) {
      reply.say(ANSWER.failed, { kind: 'lost', reason: reasonOf(error) });
      return undefined;
    }
  };
  const work = async (queue: DeviceQueue, work: Work): Promise<void> => {
    if (objection === undefined)
      try {
        await queue.do(work);
      } catch (error) {
        objection = await queue.objectionTo(error);
      }
    if (work.read === undefined) return;
    if (objection === undefined) reply?.say(ANSWER.done);
    else reply?.say(ANSWER.failed, objection);
  };
  listen((message) => {
    // Not in its turn: what is read from a device that hangs is never there, and with the device that ends, too.
    if (message.kind === 'close') opened?.destroy();
    // One after another: reading takes its time.
    before = before.then(async (queue) => {
      if (message.kind === 'open') return open(message);
      if (message.kind === 'close') end();
      else if (message.kind === 'destroy') queue?.destroy();
      else if (queue !== undefined) await work(queue, message);
      return queue;
    });
  });
}

/** Is it what is said where a buffer cannot be read because there is no device any more? */
const isGone = (error: unknown): boolean => error instanceof Error && /^(Abort|Operation)Error$/.test(error.name);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The words that whoever asked is waiting at. */
class Reply {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor({ reply }: Opening) {
    this.#words = new Int32Array(reply);
    this.#bytes = new Uint8Array(reply);
  }

  say(answer: number, told?: Adapter | Objection): void {
    const from = 4 * REPLY.text;
    const text = told === undefined ? '' : JSON.stringify({ ...told, ...('reason' in told && shortened(told)) });
    const bytes = new TextEncoder().encode(text);
    this.#bytes.set(bytes, from);
    this.#words[REPLY.length] = bytes.length;
    Atomics.store(this.#words, REPLY.state, answer);
    Atomics.notify(this.#words, REPLY.state);
  }
}

/** What compilers have to say may fill pages. */
const shortened = ({ reason }: Objection) => ({ reason: reason.slice(0, MOST_REASON) });

/** A tape with what its launches are told, where the device finds it. */
interface KeptTape {
  readonly launches: Uint32Array;
  readonly told: GPUBuffer;
  bindings: GPUBindGroup | undefined;
}

/** A device, with its memory and the kernels it knows. */
class DeviceQueue {
  readonly adapter: Adapter;
  /** Dawn ends with it, and the device in the middle of its work: it is held on to. */
  readonly gpu: GPU | undefined;
  readonly #device: GPUDevice;
  readonly #layout: GPUBindGroupLayout;
  readonly #pipelineLayout: GPUPipelineLayout;
  readonly #pipelines: GPUComputePipeline[] = [];
  #memory: GPUBuffer;
  #brought: GPUBuffer;
  #told: GPUBuffer;
  #staging: GPUBuffer | undefined;
  #bindings: GPUBindGroup | undefined;
  readonly #tapes = new Map<number, KeptTape>();
  /** What the device has objected to first. */
  #objection: Objection | undefined;

  static async open(findGpu: FindGpu): Promise<DeviceQueue> {
    const gpu = await findGpu();
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter == null) throw new Error(ABSENCE.adapter);
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
    return new DeviceQueue(gpu, device, adapter.info);
  }

  private constructor(gpu: GPU | undefined, device: GPUDevice, info: GPUAdapterInfo) {
    this.gpu = gpu;
    this.#device = device;
    this.adapter = {
      name: info.description || info.device || `${info.vendor} ${info.architecture}`.trim() || 'unnamed',
      isSoftware: info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${info.architecture} ${info.description}`),
      mostBytes: device.limits.maxStorageBufferBindingSize,
    };
    device.onuncapturederror = (event) => {
      // It is told to whoever reads, and by nobody else.
      event.preventDefault();
      const { error } = event;
      const isFull = typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError;
      this.#objection ??= isFull ? NO_ROOM : { kind: 'refused', reason: error.message };
    };
    const visibility = COMPUTE;
    this.#layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'storage' } },
        { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 2, visibility, buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 4 * TOLD_WORDS } },
      ],
    });
    this.#pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [this.#layout] });
    this.#memory = this.#buffer(2 ** 20, MEMORY);
    this.#brought = this.#buffer(2 ** 12, USAGE.STORAGE | USAGE.COPY_DST);
    this.#told = this.#buffer(2 ** 14, USAGE.UNIFORM | USAGE.COPY_DST);
  }

  async do({ sources, tapes, forgotten, launches, told, brought, reach, read }: Work): Promise<void> {
    const device = this.#device;
    for (const code of sources) {
      const module = device.createShaderModule({ code });
      this.#pipelines.push(
        device.createComputePipeline({ layout: this.#pipelineLayout, compute: { module, entryPoint: 'main' } }),
      );
    }
    for (const tape of tapes) this.#keep(tape);
    if (4 * reach > this.#memory.size) await this.#reach(4 * reach);
    const [roomForBrought, roomForTold] = [this.#brought.size < brought.byteLength, this.#told.size < told.byteLength];
    if (roomForBrought) this.#brought = this.#larger(this.#brought, brought.byteLength);
    if (roomForTold) this.#told = this.#larger(this.#told, told.byteLength);
    if (roomForBrought || roomForTold) this.#unbind();
    const { queue } = device;
    if (brought.length > 0) queue.writeBuffer(this.#brought, 0, brought as Uint32Array<ArrayBuffer>);
    if (told.length > 0) queue.writeBuffer(this.#told, 0, told as Uint32Array<ArrayBuffer>);
    const encoder = device.createCommandEncoder();
    if (launches.length > 0) this.#encode(encoder, launches);
    const bytes = 4 * (read?.stretches.reduce((sum, { count }) => sum + count, 0) ?? 0);
    const staging = bytes === 0 ? undefined : this.#stagingFor(bytes);
    let to = 0;
    for (const { at, count } of read?.stretches ?? []) {
      if (staging !== undefined && count > 0) encoder.copyBufferToBuffer(this.#memory, 4 * at, staging, to, 4 * count);
      to += 4 * count;
    }
    queue.submit([encoder.finish()]);
    for (const id of forgotten) {
      this.#tapes.get(id)?.told.destroy();
      this.#tapes.delete(id);
    }
    if (read === undefined) return;
    if (staging !== undefined) {
      await staging.mapAsync(READ, 0, bytes);
      new Uint32Array(read.into).set(new Uint32Array(staging.getMappedRange(0, bytes)));
      staging.unmap();
    } else await queue.onSubmittedWorkDone();
    if (this.#objection !== undefined) throw new Error(this.#objection.reason);
  }

  /** Why what it was asked has failed. */
  async objectionTo(error: unknown): Promise<Objection> {
    // Drivers have words for it that help nobody.
    const gone: Objection = { kind: 'lost', reason: 'it was lost' };
    const otherwise: Objection = isGone(error) ? gone : { kind: 'refused', reason: reasonOf(error) };
    return Promise.race([
      this.#device.lost.then(() => gone),
      new Promise<Objection>((resolve) => setTimeout(() => resolve(this.#objection ?? otherwise), UNTIL_LOST)),
    ]);
  }

  destroy(): void {
    this.#device.destroy();
  }

  #encode(encoder: GPUCommandEncoder, launches: Uint32Array): void {
    const bindings = this.#bindings ?? this.#bind(this.#told);
    this.#bindings = bindings;
    const pass = encoder.beginComputePass();
    let told = 0;
    for (let at = 0; at < launches.length; at += LAUNCH_WORDS)
      if (launches[at] === PLAY) this.#play(pass, launches[at + 1] ?? 0);
      else this.#dispatch(pass, launches, at, bindings, told++);
    pass.end();
  }

  #play(pass: GPUComputePassEncoder, id: number): void {
    const tape = this.#tapes.get(id);
    if (tape === undefined) throw new Error('a tape is played that nobody has told of');
    const { launches, told } = tape;
    tape.bindings ??= this.#bind(told);
    for (let n = 0; n * LAUNCH_WORDS < launches.length; n++)
      this.#dispatch(pass, launches, n * LAUNCH_WORDS, tape.bindings, n);
  }

  /** The launch at `at`, which is told the words of number `told`. */
  #dispatch(
    pass: GPUComputePassEncoder,
    launches: Uint32Array,
    at: number,
    bindings: GPUBindGroup,
    told: number,
  ): void {
    const pipeline = this.#pipelines[launches[at] ?? 0];
    if (pipeline === undefined) throw new Error('a kernel is launched that nobody has told of');
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings, [told * 4 * TOLD_WORDS]);
    pass.dispatchWorkgroups(launches[at + 1] ?? 0, launches[at + 2] ?? 0, launches[at + 3] ?? 0);
  }

  #keep({ id, launches, told }: Tape): void {
    const buffer = this.#buffer(Math.max(told.byteLength, 4 * TOLD_WORDS), USAGE.UNIFORM | USAGE.COPY_DST);
    if (told.length > 0) this.#device.queue.writeBuffer(buffer, 0, told as Uint32Array<ArrayBuffer>);
    this.#tapes.set(id, { launches, told: buffer, bindings: undefined });
  }

  #bind(told: GPUBuffer): GPUBindGroup {
    return this.#device.createBindGroup({
      layout: this.#layout,
      entries: [
        { binding: 0, resource: { buffer: this.#memory } },
        { binding: 1, resource: { buffer: this.#brought } },
        { binding: 2, resource: { buffer: told, size: 4 * TOLD_WORDS } },
      ],
    });
  }

  /** Buffers have changed: what is bound is bound anew. */
  #unbind(): void {
    this.#bindings = undefined;
    for (const tape of this.#tapes.values()) tape.bindings = undefined;
  }

  /** Makes memory larger, twice as large where there is so much; what is there stays. @throws Error where it is full */
  async #reach(bytes: number): Promise<void> {
    const before = this.#memory;
    const ample = Math.min(this.#device.limits.maxStorageBufferBindingSize, Math.max(bytes, 2 * before.size));
    const larger = (await this.#room(ample)) ?? (await this.#room(bytes));
    if (larger === undefined) {
      this.#objection ??= NO_ROOM;
      throw new Error(FULL);
    }
    this.#memory = larger;
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(before, 0, this.#memory, 0, before.size);
    this.#device.queue.submit([encoder.finish()]);
    before.destroy();
    this.#unbind();
  }

  /** A memory of so many bytes; undefined where the device has no such room. */
  async #room(bytes: number): Promise<GPUBuffer | undefined> {
    this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#buffer(bytes, MEMORY);
    return (await this.#device.popErrorScope()) === null ? buffer : undefined;
  }

  #larger(buffer: GPUBuffer, bytes: number): GPUBuffer {
    buffer.destroy();
    return this.#buffer(Math.max(bytes, 2 * buffer.size), buffer.usage);
  }

  #stagingFor(bytes: number): GPUBuffer {
    if (this.#staging !== undefined && this.#staging.size >= bytes) return this.#staging;
    this.#staging?.destroy();
    this.#staging = this.#buffer(Math.max(bytes, 2 ** 12), USAGE.MAP_READ | USAGE.COPY_DST);
    return this.#staging;
  }

  #buffer(bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    return this.#device.createBuffer({ size: Math.ceil(bytes / 256) * 256, usage });
  }
}
