import { describe, expect, it } from 'vitest';
import { trained } from '../parity/exported.ts';
import { readBeforeWritten } from '../parity/exported_written_cases.ts';

describe('the update phase reads everything before anything is written', () => {
  it.each(readBeforeWritten.map((document) => [document.name, document] as const))(
    '%s: the order of the Updates and the mode make no difference',
    async (_, document) => {
      const losses = await trained(document);
      const isUpdate = ({ kind }: { readonly kind: string }) => kind === 'Update';
      const reordered = [
        ...document.nodes.filter((node) => !isUpdate(node)),
        ...document.nodes.filter(isUpdate).toReversed(),
      ];
      expect(await trained({ ...document, nodes: reordered })).toEqual(losses);
      expect(await trained({ ...document, run: { ...document.run, mode: 'static' } })).toEqual(losses);
    },
  );
});
