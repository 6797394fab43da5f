import type { Context } from '../autograd/context.ts';
import { loadSafetensors } from '../autograd/safetensors.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { readUrl } from './read_url.ts';

/**
 * The tensors of a safetensors file, by name: `model.loadStateDict(await loadWeights(new URL('../weights.safetensors', import.meta.url)))`.
 * PyTorch: `safetensors.torch.load_file`.
 * @param url of a file on the disk (`file:`, in Node) or in the network; a string is an absolute URL.
 * @throws DataError `file-missing`; SafetensorsError where the file is damaged
 */
export const loadWeights = async (
  url: URL | string,
  options: { readonly context?: Context } = {},
): Promise<Map<string, Tensor>> => loadSafetensors(await readUrl(url), options);
