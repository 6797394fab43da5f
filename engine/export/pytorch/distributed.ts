import { type Line, lines } from '../line.ts';
import { type Member, membersOf, parametersOf } from '../members.ts';
import type { CodeValue, Parameter, Script, Statement } from '../script.ts';
import { reachedBy } from '../sharding/reached.ts';
import { SUMMED } from '../sharding/shard.ts';
import type { Made, ParameterItem, Passes } from '../writing/language.ts';
import { operation, whole } from './expressions.ts';
import { Python, parameterList } from './python.ts';
import type { Frame } from './train_file.ts';
import { INDENT, taken } from './words.ts';

const SUMMED_FUNCTION = [
  'def summed(part):',
  '    """The sum over all processes of what each of them has."""',
  '    total = part.detach().clone(memory_format=torch.contiguous_format)',
  '    dist.all_reduce(total)',
  '    return total',
] as const;

const OWN = 'dist rank world_size summed mine parallel total parameter order DistributedDataParallel';

/** How a script's gradients come together. */
interface Plan {
  /** The address of the module that DistributedDataParallel is for: one that a pass calls once, and learns from all that it gives. */
  readonly parallel: string | undefined;
  /** May a pass leave parameters of that module unused? */
  readonly leavesUnused: boolean;
  /** Members whose gradients the script averages itself, and whether some of their parameters may have none. */
  readonly averaged: ReadonlySet<string>;
  readonly isGuarded: boolean;
}

/**
 * PyTorch for `torchrun`: every process has all weights and works on its own rows of every batch, and the gradients are averaged, by
 * DistributedDataParallel where it can. The script is one that `shard` made, `counts` what means are divided by.
 */
export class DistributedPython extends Python {
  override readonly taken = { ...taken, local: [...taken.local, ...OWN.split(' ')] };
  override readonly given: ReadonlyMap<CodeValue, string>;
  readonly #script: Script;
  readonly #plan: Plan;
  #model = '';
  readonly #averaged: ParameterItem[] = [];
  #drawsMasks = false;

  constructor(script: Script, counts: ReadonlyMap<CodeValue, number>) {
    super();
    this.#script = script;
    this.#plan = planOf(script);
    this.given = new Map(
      [...counts].map(([value, each]) => [value, each === 1 ? 'len(rows)' : `(len(rows) * ${each})`]),
    );
  }

  override readonly operation: Python['operation'] = (name, operands, attrs) =>
    name === SUMMED
      ? whole(`summed(${operands.map(({ text }) => text).join(', ')})`)
      : operation(name, operands, attrs);

  override callee(name: string): string {
    return name === this.#model ? 'parallel' : name;
  }

  override made(of: Parameters<Python['made']>[0]): Omit<Made, 'places'> {
    if (of.kind === 'layer' && of.of.layer === 'Dropout') this.#drawsMasks = true;
    return super.made(of);
  }

  override data(all: Parameters<Python['data']>[0]): Line[] {
    const names = all.flatMap((one) => (one.statement.rows === undefined ? [] : one.names));
    if (this.#script.batches !== undefined || names.length === 0) return super.data(all);
    const own = `${names.join(', ')} = ${names.map((name) => `${name}[rank::world_size]`).join(', ')}`;
    const places = all.map(({ statement }) => statement.place);
    return [...super.data(all), ...lines(['# The rows that this process works on.', own], ...places)];
  }
  override batchOf(data: string): string {
    return `${data}[mine]`;
  }
  override variableFor(name: string, object: Made): Line[] {
    const address = object.places.at(-1)?.address ?? '';
    if (this.#plan.parallel === address) this.#model = name;
    if (this.#plan.averaged.has(address)) this.#averaged.push({ path: name, isModule: true });
    return super.variableFor(name, object);
  }
  override startTensor(name: string, parameter: Parameter): string {
    if (this.#plan.averaged.has(parameter.address)) this.#averaged.push({ path: name, isModule: false });
    return super.startTensor(name, parameter);
  }

  protected override permutation(samples: number | string): string {
    return this.#drawsMasks ? `torch.randperm(${samples}, generator=order)` : super.permutation(samples);
  }
  override loop(script: Script, body: readonly Line[]): Line[] {
    const own = lines(['# The rows of the batch that this process works on.', 'mine = rows[rank::world_size]']);
    return super.loop(script, script.batches === undefined ? body : [...own, ...body]);
  }
  override printed(loss: string): readonly string[] {
    return [`total = summed(${loss})`, 'if rank == 0:', `${INDENT}print(step, total.item())`];
  }
  override backward(losses: readonly string[], optimizers: readonly string[], passes: Passes): readonly string[] {
    return [...super.backward(losses, optimizers, passes), ...this.#averaging()];
  }
  protected override back(total: string): readonly string[] {
    const why = '# Gradients are averaged over the processes, but the loss is the sum of theirs.';
    return [why, `(${total} * world_size).backward()`];
  }

  #averaging(): string[] {
    if (this.#averaged.length === 0) return [];
    const average = ['dist.all_reduce(parameter.grad)', 'parameter.grad /= world_size'];
    const guarded = ['if parameter.grad is not None:', ...average.map((line) => INDENT + line)];
    return [
      `for parameter in ${parameterList(this.#averaged)}:`,
      ...(this.#plan.isGuarded ? guarded : average).map((line) => INDENT + line),
    ];
  }

  protected override frame(): Frame {
    const { seed, batches } = this.#script;
    const isParallel = this.#model !== '';
    return {
      about: ['Trains on several processes: torchrun --nproc_per_node=2 train.py'],
      imports: [
        'import torch.distributed as dist',
        ...(isParallel ? ['from torch.nn.parallel import DistributedDataParallel'] : []),
      ],
      functions: SUMMED_FUNCTION,
      start: [
        "dist.init_process_group('gloo')",
        'rank, world_size = dist.get_rank(), dist.get_world_size()',
        '',
        '# Seeded alike, every process draws the same weights and the same data.',
      ],
      drawn: [...(isParallel ? this.#wrapping() : []), ...(this.#drawsMasks ? masks(seed, batches !== undefined) : [])],
      end: ['', 'dist.destroy_process_group()'],
    };
  }

  #wrapping(): string[] {
    if (!this.#plan.leavesUnused) return [`parallel = DistributedDataParallel(${this.#model})`];
    return [
      '# A pass may leave parameters unused.',
      `parallel = DistributedDataParallel(${this.#model}, find_unused_parameters=True)`,
    ];
  }
}

/** Batches go on as seeded, masks of dropout do not: they have to be other ones for other rows. */
const masks = (seed: number, areShuffled: boolean): string[] => [
  `# Every process draws masks of its own${areShuffled ? ', and the same batches' : ''}.`,
  ...(areShuffled ? ['order = torch.Generator()', 'order.set_state(torch.get_rng_state())'] : []),
  `torch.manual_seed(${seed + 1} + rank)`,
];

function planOf(script: Script): Plan {
  const { forward, update, tensors, draws } = script;
  const reached = reachedBy(script, 'some');
  const always = reachedBy(script, 'every');
  const learning = membersOf([...forward, ...update], tensors, draws).filter((member) =>
    parametersOf(member, draws).some(({ address }) => reached.parameters.has(address)),
  );
  const callOf = (member: Member): Statement | undefined => {
    const calls = [...forward, ...update].flatMap((statement) => callsIn(statement, member.address));
    const [only] = calls;
    const isPlain = only !== undefined && only.kind !== 'loop' && forward.includes(only);
    return calls.length === 1 && isPlain && only.outputs.every((value) => always.values.has(value)) ? only : undefined;
  };
  const called = learning.flatMap((member) => {
    const call = callOf(member);
    return call === undefined ? [] : [{ member, call }];
  });
  const parallel = called.length === 1 ? called[0] : undefined;
  const isUnused = (member: Member) =>
    parametersOf(member, draws).some(({ address, requiresGrad }) => requiresGrad && !always.parameters.has(address));
  const averaged = learning.filter((member) => member !== parallel?.member);
  const isSure = (member: Member) => parametersOf(member, draws).every(({ address }) => always.parameters.has(address));
  return {
    parallel: parallel?.member.address,
    leavesUnused: parallel !== undefined && isUnused(parallel.member),
    averaged: new Set(averaged.map(({ address }) => address)),
    isGuarded: !averaged.every(isSure),
  };
}

/** Where a member is at work: statements of the script itself, or of a loop in it. */
const callsIn = (statement: Statement, address: string): Statement[] => [
  ...(statement.place.address === address ? [statement] : []),
  ...(statement.kind === 'loop' ? statement.body.flatMap((inner) => callsIn(inner, address)) : []),
];
