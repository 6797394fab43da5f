import type { LocalText } from '../nodes/ports.ts';

/** What is wrong with a function of the user's own, where, and what to do about it. */
export interface FunctionProblem {
  readonly code: ProblemCode;
  /** In English; `problemText` says it in Chinese too. */
  readonly message: string;
  readonly hint: string;
  /** What fills the templates. */
  readonly values: Readonly<Record<string, string>>;
  /** Counted from 1, in the user's source. */
  readonly line?: number;
  readonly column?: number;
}

/** `{name}` is replaced by what was found. */
interface Template {
  readonly message: LocalText;
  readonly hint: LocalText;
}

/** Every problem there is, by code. */
export const problemTable = {
  syntax: {
    message: { en: 'This is not JavaScript: {reason}', zh: '这不是合法的 JavaScript：{reason}' },
    hint: { en: 'Correct this line', zh: '改正这一行' },
  },
  'source-too-long': {
    message: {
      en: 'The source has {size} characters; at most {limit} are read',
      zh: '源码有 {size} 个字符，最多读取 {limit} 个',
    },
    hint: { en: 'Shorten it', zh: '请缩短' },
  },
  'big-integer': {
    message: {
      en: '{literal} is a big integer, which no tensor holds',
      zh: '{literal} 是大整数（BigInt），张量无法存放',
    },
    hint: { en: 'Write a number without the n', zh: '写成不带 n 的数' },
  },
  'no-function': {
    message: { en: 'There is no function named {name}', zh: '没有名为 {name} 的函数' },
    hint: { en: 'Write function {name}(ctx, …) { … }', zh: '写上 function {name}(ctx, …) { … }' },
  },
  'async-function': {
    message: { en: 'Nothing here can wait: async functions are refused', zh: '这里不能等待：不接受 async 函数' },
    hint: {
      en: 'Remove async and await; operations on tensors need neither',
      zh: '去掉 async 和 await；张量运算不需要它们',
    },
  },
  'generator-function': {
    message: { en: '{name} is a generator: calling it runs nothing', zh: '{name} 是生成器：调用它不会执行任何代码' },
    hint: { en: 'Write function {name} without the *', zh: '写 function {name}，去掉 *' },
  },
  'reads-value': {
    message: {
      en: 'A custom function never sees numbers: a tensor here has a shape and a type, but no values to read or compare',
      zh: '自定义函数看不到数值：这里的张量只有形状和类型，没有可读取或比较的值',
    },
    hint: {
      en: 'Compute with methods, as in x.add(y), and choose with where(x.lt(0), a, b)',
      zh: '用方法计算，例如 x.add(y)；用 where(x.lt(0), a, b) 做选择',
    },
  },
  'not-a-tensor': {
    message: { en: '{place} must be a tensor, not {got}', zh: '{place} 必须是张量，而不是 {got}' },
    hint: { en: 'Pass what an operation returned, or one of the arguments', zh: '传入某个运算的结果，或函数的参数' },
  },
  argument: {
    message: {
      en: '{call}: {parameter} must be {expected}, not {got}',
      zh: '{call}：{parameter} 应为 {expected}，而不是 {got}',
    },
    hint: { en: 'It is called as {signature}', zh: '调用方式为 {signature}' },
  },
  'too-many-arguments': {
    message: {
      en: 'Too many arguments for {call}: {got} instead of {takes}',
      zh: '{call} 的参数过多：{got} 个，应为 {takes} 个',
    },
    hint: { en: 'It is called as {signature}', zh: '调用方式为 {signature}' },
  },
  'not-saved': {
    message: {
      en: 'This tensor was made in forward and not saved: backward no longer has it',
      zh: '这个张量产生于 forward，却没有保存：backward 已拿不到它',
    },
    hint: {
      en: 'Save it with ctx.saveForBackward(…) and take it from ctx.savedTensors',
      zh: '用 ctx.saveForBackward(…) 保存，再从 ctx.savedTensors 取出',
    },
  },
  'saved-too-late': {
    message: { en: 'Only forward can save tensors', zh: '只有 forward 能保存张量' },
    hint: { en: 'Move ctx.saveForBackward into forward', zh: '把 ctx.saveForBackward 移到 forward 中' },
  },
  shape: {
    message: { en: '{reason}: expected {expected}, got {got}', zh: '{reason}：应为 {expected}，实际为 {got}' },
    hint: {
      en: 'Every tensor here has its x.shape; sum, reshape or transpose until the shapes fit',
      zh: '这里的张量都有 x.shape；用 sum、reshape 或 transpose 使形状相符',
    },
  },
  'too-large': {
    message: {
      en: 'This makes a value of shape {shape}; at most {limit} numbers fit',
      zh: '这会产生形状为 {shape} 的值，最多容纳 {limit} 个数',
    },
    hint: { en: 'Choose smaller sizes', zh: '请选择更小的尺寸' },
  },
  'too-many-operations': {
    message: { en: 'The function makes more than {limit} operations', zh: '函数产生的运算超过 {limit} 个' },
    hint: { en: 'Replace the loop by operations on whole tensors', zh: '用整个张量的运算代替循环' },
  },
  'no-return': {
    message: { en: '{name} returns nothing', zh: '{name} 没有返回值' },
    hint: { en: 'End it with return …;', zh: '以 return …; 结尾' },
  },
  'no-output': {
    message: { en: 'forward returns an empty array', zh: 'forward 返回了空数组' },
    hint: { en: 'Return a tensor, or an array of them', zh: '返回一个张量，或张量的数组' },
  },
  'too-many-outputs': {
    message: {
      en: 'forward returns {got} outputs; at most {limit} are taken',
      zh: 'forward 返回了 {got} 个输出，最多 {limit} 个',
    },
    hint: { en: 'Return fewer tensors', zh: '返回更少的张量' },
  },
  'output-type': {
    message: {
      en: 'Output {index} holds {dtype}, and only floats have gradients',
      zh: '输出 {index} 的类型是 {dtype}，只有浮点数才有梯度',
    },
    hint: { en: 'Turn a mask into numbers: where(mask, 1, 0)', zh: '把掩码变成数：where(mask, 1, 0)' },
  },
  'gradient-count': {
    message: {
      en: 'backward returns one gradient per input: {expected}, not {got}',
      zh: 'backward 应为每个输入返回一个梯度：{expected} 个，而不是 {got} 个',
    },
    hint: {
      en: 'Return an array with one gradient per input, null where there is none',
      zh: '返回数组，每个输入一个梯度，没有则写 null',
    },
  },
  'gradient-shape': {
    message: {
      en: 'The gradient of {input} has shape {got}, but the input has {expected}',
      zh: '输入 {input} 的梯度形状为 {got}，而该输入为 {expected}',
    },
    hint: {
      en: 'A gradient has its input’s shape: sum over the axes along which the input was broadcast',
      zh: '梯度与输入同形：沿输入被广播的轴求和',
    },
  },
  'gradient-type': {
    message: {
      en: 'The gradient of {input} holds {dtype}, not floats',
      zh: '输入 {input} 的梯度类型是 {dtype}，不是浮点数',
    },
    hint: {
      en: 'Turn a mask into numbers: where(mask, gradOutput, 0)',
      zh: '把掩码变成数：where(mask, gradOutput, 0)',
    },
  },
  'gradient-needless': {
    message: {
      en: 'The input {input} holds {dtype}, which has no gradient, but backward returns one',
      zh: '输入 {input} 的类型是 {dtype}，没有梯度，backward 却返回了一个',
    },
    hint: {
      en: 'Return null in its place: only floats have gradients',
      zh: '在它的位置返回 null：只有浮点数才有梯度',
    },
  },
  thrown: {
    message: { en: '{reason}', zh: '{reason}' },
    hint: { en: 'Correct this line', zh: '改正这一行' },
  },
  'not-here': {
    message: { en: 'There is no {name} in the sandbox', zh: '沙箱中没有 {name}' },
    hint: {
      en: 'It has the language, Math and the operations on tensors; its arrays have {known}',
      zh: '沙箱只有语言本身、Math 和张量运算；其中的数组有 {known}',
    },
  },
  'not-callable': {
    message: { en: '{reason}: there is no such method or function here', zh: '{reason}：这里没有这个方法或函数' },
    hint: { en: 'A tensor has {known}', zh: '张量的方法有 {known}' },
  },
  'too-slow': {
    message: { en: 'The function did not end in time', zh: '函数没有按时结束' },
    hint: { en: 'Is there a loop that never ends?', zh: '是否有不会结束的循环？' },
  },
  'out-of-memory': {
    message: { en: 'The function wants more memory than it may have', zh: '函数所需内存超过限制' },
    hint: {
      en: 'Build no large strings or arrays: numbers belong into tensors',
      zh: '不要建立很大的字符串或数组：数应放在张量里',
    },
  },
  'too-deep': {
    message: { en: 'Functions call each other too deeply', zh: '函数调用层次过深' },
    hint: { en: 'Does a function call itself without end?', zh: '是否有函数无休止地调用自己？' },
  },
  'sandbox-failed': {
    message: { en: 'The sandbox failed: {reason}', zh: '沙箱出错：{reason}' },
    hint: { en: 'Simplify the function', zh: '请简化函数' },
  },
  'too-large-to-check': {
    message: {
      en: 'The function computes {count} numbers; at most {limit} are checked',
      zh: '函数要计算 {count} 个数，最多检查 {limit} 个',
    },
    hint: { en: 'Check it with a smaller input', zh: '请用更小的输入检查' },
  },
  'nothing-to-check': {
    message: {
      en: 'No gradient could be compared: the outputs are not finite for any inputs tried, or have no derivative there',
      zh: '没有可比较的梯度：对所试的输入，输出不是有限数，或在那里不可导',
    },
    hint: {
      en: 'Does forward divide by 0, or take a logarithm of a negative number?',
      zh: 'forward 是否除以 0，或对负数取对数？',
    },
  },
} as const satisfies Readonly<Record<string, Template>>;

export type ProblemCode = keyof typeof problemTable;

/** Where in the user's source. */
export interface SourcePlace {
  readonly line?: number;
  readonly column?: number;
}

/** The words of a problem in one of the languages. */
export function problemText(
  { code, values }: Pick<FunctionProblem, 'code' | 'values'>,
  language: keyof LocalText,
): { readonly message: string; readonly hint: string } {
  const row: Template = problemTable[code];
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return { message: fill(row.message[language]), hint: fill(row.hint[language]) };
}

/** Fills a row of the table. */
export function functionProblem(
  code: ProblemCode,
  values: Readonly<Record<string, string>> = {},
  place: SourcePlace = {},
): FunctionProblem {
  return { code, ...problemText({ code, values }, 'en'), values, ...place };
}

/** A problem on its way out of nested calls. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly problem: FunctionProblem;
  constructor(problem: FunctionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}
