import type { Context } from '../autograd/context.ts';
import { loadSafetensors } from '../autograd/safetensors.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { readUrl } from './read_url.ts';

/**
 * The tensors of a safetensors file, by name: `model.loadStateDict(await loadWeights(new URL('../weights.safetensors', import.meta.url)))`.
 * PyTorch: `safetensors.torch.load_file`.
 * @param file its URL, on the disk (`file:`, in Node) or in the network, or its path from where the program runs
 * @throws DataError `file-missing`; SafetensorsError where the file is damaged
 */
export const loadWeights = async (
  file: URL | string,
  options: { readonly context?: Context } = {},
): Promise<Map<string, Tensor>> => loadSafetensors(await readUrl(file), options);
