/** Addresses of what ran: `outer/repeat1#2/linear1`, the node behind the blocks it lies in, loops with the number of the iteration. */

/** The blocks around the node at an address, outermost first. */
export const blockOf = (address: string): readonly string[] => address.split('/').slice(0, -1);

/** An address without the numbers of iterations: the node of the document. */
export const withoutNumbers = (address: string): string => address.replace(/#\d+/g, '');
