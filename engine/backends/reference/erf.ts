const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** Where the series below has lost a digit and the continued fraction has long converged. */
const SWITCH = 2.5;

/**
 * The error function to about 1e-15 relative. Small arguments: the series Σ 2ⁿx²ⁿ⁺¹ / (2n+1)!! times e^(−x²), all of whose terms
 * have one sign (Abramowitz & Stegun 7.1.6). Large ones: 1 − erfc by its continued fraction (7.1.14), from the tail inwards.
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(a) || a === 0) return x;
  if (a > 6) return Math.sign(x);
  if (a < SWITCH) {
    let term = a;
    let sum = a;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    return Math.sign(x) * TWO_OVER_SQRT_PI * Math.exp(-a * a) * sum;
  }
  let tail = a;
  for (let n = 60; n >= 1; n--) tail = a + n / 2 / tail;
  return Math.sign(x) * (1 - (Math.exp(-a * a) * TWO_OVER_SQRT_PI) / 2 / tail);
}
