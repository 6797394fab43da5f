import { create } from 'zustand';

interface Inspection {
  /** The iteration whose values the cards of a loop show, from 1; by tab and the loop's address without numbers. */
  readonly iterations: Readonly<Record<string, number>>;
  inspect(tab: string, loop: string, iteration: number): void;
}

const keyOf = (tab: string, loop: string) => `${tab} ${loop}`;

/** Which iteration of each loop one looks at. It changes no document. */
export const useInspection = create<Inspection>((set) => ({
  iterations: {},
  inspect: (tab, loop, iteration) =>
    set(({ iterations }) => ({ iterations: { ...iterations, [keyOf(tab, loop)]: Math.max(1, iteration) } })),
}));

/** The iteration chosen for a loop; the first until one is chosen. */
export const inspectedIn =
  (iterations: Inspection['iterations'], tab: string) =>
  (loop: string): number =>
    iterations[keyOf(tab, loop)] ?? 1;

/** Looks at the iterations that an address numbers, `outer#2/inner#1/linear`: the cards show what is at work. */
export function inspectAddress(tab: string, address: string): void {
  const { inspect } = useInspection.getState();
  let loop = '';
  for (const part of address.split('/')) {
    const [id = '', number] = part.split('#');
    loop = loop === '' ? id : `${loop}/${id}`;
    if (number !== undefined) inspect(tab, loop, Number(number));
  }
}
