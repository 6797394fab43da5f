import { nodeKinds } from '../../nodes/index.ts';
import type { Settings } from '../../nodes/settings.ts';
import { literal, number, snake } from './words.ts';

/**
 * `optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)`: the learning rate, and what differs from PyTorch's
 * defaults.
 */
export function optimizerLine(name: string, kind: string, settings: Settings, parameters: string): string {
  const defaults = nodeKinds.get(kind)?.settings ?? {};
  const { lr, parameters: _, ...rest } = settings;
  const isOwn = (name: string) => rest[name] !== defaults[name]?.default;
  const options = Object.entries(rest).flatMap(([name, value]) => {
    // PyTorch takes the two as one.
    if (name === 'beta2') return [];
    if (name === 'beta1')
      return isOwn('beta1') || isOwn('beta2') ? [`betas=(${literal(value)}, ${literal(rest.beta2)})`] : [];
    // Without momentum it plays no part, and PyTorch refuses it.
    if (name === 'nesterov' && rest.momentum === 0) return [];
    return isOwn(name) ? [`${snake(name)}=${literal(value)}`] : [];
  });
  const args = [parameters, `lr=${number(Number(lr))}`, ...options];
  return `${name} = torch.optim.${kind}(${args.join(', ')})`;
}
