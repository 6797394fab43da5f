import type { WrittenArgument } from './language.ts';

/** What PyTorch's layers, and those of the engine, are made with where nothing is said. */
const USUAL: Readonly<Record<string, unknown>> = { bias: true, reduction: 'mean', dim: null };

/** Need an argument not be written? */
export const isUsual = ({ name, value, isParam }: WrittenArgument): boolean => !isParam && USUAL[name] === value;
