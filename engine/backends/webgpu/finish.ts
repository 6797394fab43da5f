/** What is stored of a sum, an expression, at a row and a column of the result. */
export type Finish = (value: string, row: string, column: string) => string;

/** The sum itself. What else may be done in passing, a bias or `relu`, takes its place. */
export const asItIs: Finish = (value) => value;
