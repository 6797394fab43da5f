import { elementsText, LINE_WIDTH } from '../tensor/elements_text.ts';
import { numel } from '../tensor/shape.ts';
import type { Tensor } from './tensor.ts';

const PREFIX = 'tensor(';

/** What a tensor prints: its elements, and behind them what is not to be seen in these. */
export function tensorText(tensor: Tensor): string {
  const { text, isRead } = contents(tensor);
  const { shape, dtype, gradFn, requiresGrad } = tensor;
  const showsShape = !isRead || (numel(shape) === 0 && shape.length !== 1);
  // Masks are known by their words.
  const showsType = dtype !== 'f32' && (dtype !== 'bool' || !isRead || numel(shape) === 0);
  const suffixes = [
    showsShape ? [`size=[${shape.join(', ')}]`] : [],
    showsType ? [`dtype=${dtype}`] : [],
    gradFn !== null ? [`gradFn=<${backwardName(gradFn.entry.op.name)}>`] : requiresGrad ? ['requiresGrad=true'] : [],
  ].flat();
  return `${withSuffixes(PREFIX + text, suffixes)})`;
}

/** The elements, which a device is waited for; or why they cannot be had: printing never throws. */
function contents({ context, value }: Tensor): { readonly text: string; readonly isRead: boolean } {
  try {
    const elements = context.kernels.backend.readSync(value);
    return { text: elementsText(elements, value.shape, value.dtype, PREFIX.length), isRead: true };
  } catch (error) {
    return { text: `<${error instanceof Error ? error.message : String(error)}>`, isRead: false };
  }
}

/** `mul` → `MulBackward`. */
const backwardName = (op: string): string => `${op.charAt(0).toUpperCase()}${op.slice(1)}Backward`;

/** Each behind the last where the line has room, else on one of its own. */
function withSuffixes(text: string, suffixes: readonly string[]): string {
  let end = text.length - text.lastIndexOf('\n') + 1;
  return suffixes.reduce((before, suffix) => {
    const fits = end + suffix.length + 2 <= LINE_WIDTH;
    end = (fits ? end + 2 : PREFIX.length) + suffix.length;
    return `${before},${fits ? ' ' : `\n${' '.repeat(PREFIX.length)}`}${suffix}`;
  }, text);
}
