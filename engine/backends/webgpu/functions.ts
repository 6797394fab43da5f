/**
 * What WGSL has, but for what it leaves open: NaN, infinities and zeros are treated as C does. `nan()` and `infinity()` cannot be
 * written as constants.
 */
export const FUNCTIONS = `
fn infinity() -> f32 { return bitcast<f32>(0x7f800000u | (told[0].x & 0u)); }
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (told[0].x & 0u)); }
fn is_negative(x: f32) -> bool { return (bitcast<u32>(x) & 0x80000000u) != 0u; }
fn with_sign(size: f32, x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(size) | (bitcast<u32>(x) & 0x80000000u)); }
fn differ(x: f32, y: f32) -> bool { return x != y || is_nan(x) || is_nan(y); }
fn exp_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x > 88.8) { return infinity(); }
  if (x < -104.0) { return 0.0; }
  return exp(x);
}
fn log_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x == 0.0) { return -infinity(); }
  if (x < 0.0) { return nan(); }
  if (!is_finite(x)) { return x; }
  return log(x);
}
fn log1p(x: f32) -> f32 {
  let u = 1.0 + x;
  if (u == 1.0 || (!is_finite(x) && !is_negative(x))) { return x; }
  if (!(u > 0.0)) { return log_of(u); }
  return log(u) * (x / (u - 1.0));
}
fn tanh_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let s = x * x;
  if (s < 0.16) { return x * (1.0 + s * (-0.33333334 + s * (0.13333334 + s * (-0.05396825 + s * 0.021869488)))); }
  let t = exp_of(-2.0 * abs(x));
  return with_sign((1.0 - t) / (1.0 + t), x);
}
fn erf(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let s = x * x;
  if (s < 0.25) { return 1.1283792 * x * (1.0 + s * (-0.33333334 + s * (0.1 + s * (-0.023809524 + s * (0.0046296297 - s * 0.00075757576))))); }
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let p = t * (0.2548296 + t * (-0.28449672 + t * (1.4214138 + t * (-1.4531521 + t * 1.0614054))));
  return with_sign(1.0 - p * exp_of(-s), x);
}
fn power(x: f32, y: f32) -> f32 {
  if (y == 0.0 || x == 1.0) { return 1.0; }
  if (is_nan(x) || is_nan(y)) { return nan(); }
  let size = abs(x);
  var r = exp2(y * log2(size));
  if (y == 1.0) { r = size; }
  if (y == 2.0) { r = size * size; }
  if (size == 1.0) { r = 1.0; }
  else if (size == 0.0 || !is_finite(size)) { r = select(0.0, infinity(), (size == 0.0) == (y < 0.0)); }
  else if (!is_finite(y)) { r = select(0.0, infinity(), (size > 1.0) == (y > 0.0)); }
  if (!is_negative(x) || !is_finite(y)) { return r; }
  if (floor(y) != y) { return select(nan(), r, size == 0.0 || !is_finite(size)); }
  return select(r, -r, floor(y / 2.0) * 2.0 != y);
}
`;
