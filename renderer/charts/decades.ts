/** Where rules stand on a logarithmic axis. uPlot's own splits count on from its smallest increment and never end below 1e-16. */

const MOST_RULES = 6;

/** The whole powers of ten around `low` and `high`, both above zero; at least one decade. */
export function decadeRange(low: number, high: number): [number, number] {
  // The logarithm is rounded: a value just beside a power of ten may land on it.
  const floor = Math.floor(Math.log10(low));
  const ceiling = Math.ceil(Math.log10(high));
  const from = power(floor) > low ? floor - 1 : floor;
  const to = power(ceiling) < high ? ceiling + 1 : ceiling;
  return [power(from), power(to > from ? to : from + 1)];
}

/** Powers of ten from `low` to `high`, every n-th where there are many; 1, 2 and 5 where there is but one decade. */
export function decadeRules(low: number, high: number): number[] {
  const from = Math.round(Math.log10(low));
  const to = Math.round(Math.log10(high));
  if (to - from <= 1) return [1, 2, 5, 10].map((n) => n * power(from));
  const every = Math.ceil((to - from) / MOST_RULES);
  const rules: number[] = [];
  for (let exponent = to; exponent >= from; exponent -= every) rules.unshift(power(exponent));
  return rules;
}

/** `10 ** -5` is 0.000009999999999999999; the literal is not. */
const power = (exponent: number): number => Number(`1e${exponent}`);
