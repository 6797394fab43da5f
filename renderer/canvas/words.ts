import type { Verdict } from './connecting.ts';

/** The words of canvas, cards and inspector. */
const en = {
  dropLayers: 'Drop layers here: they run one after another.',
  emptyTitle: 'Drag a node here, or start from an example',
  emptyHint: 'A double click or Enter in the list adds a node too.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit to view',
  palette: 'Nodes',
  searchNodes: 'Search nodes',
  nothingFound: 'No node is called that.',
  categories: {
    data: 'Data',
    layers: 'Layers',
    activations: 'Activations',
    tensor: 'Tensor',
    loss: 'Loss',
    optimizer: 'Optimizer',
    blocks: 'Blocks',
  },
  refusal: (verdict: Exclude<Verdict, { ok: true }>): string => {
    switch (verdict.reason) {
      case 'types':
        return `A ${verdict.from} output does not fit a ${verdict.to} input`;
      case 'itself':
        return 'A node cannot feed itself';
      case 'cycle':
        return 'This would close a cycle';
      case 'inner':
        return 'Layers of a Sequential are chained by their order';
      case 'unknown':
        return 'There is nothing to connect to';
      default:
        return verdict satisfies never;
    }
  },
};
export type Words = typeof en;
export const useWords = (): Words => en;
export const useLanguage = (): 'en' | 'zh' => 'en';
