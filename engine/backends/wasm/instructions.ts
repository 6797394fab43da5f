/**
 * The WebAssembly instructions that kernels are written in: opcode, what they take, what they give (`i` i32, `f` f32, `d` f64,
 * `v` v128). Codes above 0xff stand behind a prefix: 0xfdxx SIMD, 0xfcxx bulk memory, 0xfexx atomics.
 */
export const instructions = {
  'i32.eqz': [0x45, 'i', 'i'],
  'i32.eq': [0x46, 'ii', 'i'],
  'i32.ne': [0x47, 'ii', 'i'],
  'i32.lt_u': [0x49, 'ii', 'i'],
  'i32.gt_u': [0x4b, 'ii', 'i'],
  'i32.le_u': [0x4d, 'ii', 'i'],
  'i32.ge_u': [0x4f, 'ii', 'i'],
  'i32.add': [0x6a, 'ii', 'i'],
  'i32.sub': [0x6b, 'ii', 'i'],
  'i32.mul': [0x6c, 'ii', 'i'],
  'i32.div_u': [0x6e, 'ii', 'i'],
  'i32.rem_u': [0x70, 'ii', 'i'],
  'i32.and': [0x71, 'ii', 'i'],
  'i32.or': [0x72, 'ii', 'i'],
  'i32.shl': [0x74, 'ii', 'i'],
  'i32.shr_u': [0x76, 'ii', 'i'],
  'f32.add': [0x92, 'ff', 'f'],
  'f64.add': [0xa0, 'dd', 'd'],
  'f32.demote_f64': [0xb6, 'd', 'f'],
  'f64.promote_f32': [0xbb, 'f', 'd'],
  'i32x4.splat': [0xfd11, 'i', 'v'],
  'f32x4.splat': [0xfd13, 'f', 'v'],
  'v128.not': [0xfd4d, 'v', 'v'],
  'v128.and': [0xfd4e, 'vv', 'v'],
  'v128.andnot': [0xfd4f, 'vv', 'v'],
  'v128.or': [0xfd50, 'vv', 'v'],
  'v128.xor': [0xfd51, 'vv', 'v'],
  /** Bits of the first where the third has ones, else of the second. */
  'v128.bitselect': [0xfd52, 'vvv', 'v'],
  'v128.any_true': [0xfd53, 'v', 'i'],
  'f32x4.eq': [0xfd41, 'vv', 'v'],
  'f32x4.ne': [0xfd42, 'vv', 'v'],
  'f32x4.lt': [0xfd43, 'vv', 'v'],
  'f32x4.gt': [0xfd44, 'vv', 'v'],
  'f32x4.le': [0xfd45, 'vv', 'v'],
  'f32x4.ge': [0xfd46, 'vv', 'v'],
  'f32x4.demote_f64x2_zero': [0xfd5e, 'v', 'v'],
  'f64x2.promote_low_f32x4': [0xfd5f, 'v', 'v'],
  'i8x16.narrow_i16x8_u': [0xfd66, 'vv', 'v'],
  'f32x4.nearest': [0xfd6a, 'v', 'v'],
  'i16x8.narrow_i32x4_u': [0xfd86, 'vv', 'v'],
  'i16x8.extend_low_i8x16_u': [0xfd89, 'v', 'v'],
  'i32x4.all_true': [0xfda3, 'v', 'i'],
  'i32x4.extend_low_i16x8_u': [0xfda9, 'v', 'v'],
  'i32x4.shl': [0xfdab, 'vi', 'v'],
  'i32x4.shr_s': [0xfdac, 'vi', 'v'],
  'i32x4.shr_u': [0xfdad, 'vi', 'v'],
  'i32x4.add': [0xfdae, 'vv', 'v'],
  'i32x4.sub': [0xfdb1, 'vv', 'v'],
  'i32x4.min_s': [0xfdb6, 'vv', 'v'],
  'f32x4.abs': [0xfde0, 'v', 'v'],
  'f32x4.neg': [0xfde1, 'v', 'v'],
  'f32x4.sqrt': [0xfde3, 'v', 'v'],
  'f32x4.add': [0xfde4, 'vv', 'v'],
  'f32x4.sub': [0xfde5, 'vv', 'v'],
  'f32x4.mul': [0xfde6, 'vv', 'v'],
  'f32x4.div': [0xfde7, 'vv', 'v'],
  /** Passes NaN on. */
  'f32x4.min': [0xfde8, 'vv', 'v'],
  'f32x4.max': [0xfde9, 'vv', 'v'],
  'f32x4.pmin': [0xfdea, 'vv', 'v'],
  'f32x4.pmax': [0xfdeb, 'vv', 'v'],
  'f64x2.add': [0xfdf0, 'vv', 'v'],
  'f64x2.sub': [0xfdf1, 'vv', 'v'],
  'f64x2.mul': [0xfdf2, 'vv', 'v'],
  'i32x4.trunc_sat_f32x4_s': [0xfdf8, 'v', 'v'],
  /** Of two f64, in the lower half. */
  'i32x4.trunc_sat_f64x2_s_zero': [0xfdfc, 'v', 'v'],
  'f32x4.convert_i32x4_s': [0xfdfa, 'v', 'v'],
  /** a · b + c, rounded once or twice as the machine likes best. */
  'f32x4.relaxed_madd': [0xfd105, 'vvv', 'v'],
  'f64x2.relaxed_madd': [0xfd107, 'vvv', 'v'],
} as const satisfies Record<string, readonly [code: number, takes: string, gives: string]>;

export type InstructionName = keyof typeof instructions;

/** Reads and writes of memory: opcode, alignment (log₂ bytes), the type of the value. */
export const loads = {
  'i32.load': [0x28, 2, 'i'],
  'f32.load': [0x2a, 2, 'f'],
  'i32.load8_u': [0x2d, 0, 'i'],
  'v128.load': [0xfd00, 2, 'v'],
  'v128.load32_splat': [0xfd09, 2, 'v'],
  'v128.load64_splat': [0xfd0a, 2, 'v'],
  'v128.load32_zero': [0xfd5c, 2, 'v'],
  'v128.load64_zero': [0xfd5d, 2, 'v'],
} as const satisfies Record<string, readonly [code: number, align: number, type: string]>;

export const stores = {
  'i32.store': [0x36, 2, 'i'],
  'f32.store': [0x38, 2, 'f'],
  'i32.store8': [0x3a, 0, 'i'],
  'v128.store': [0xfd0b, 2, 'v'],
} as const satisfies Record<string, readonly [code: number, align: number, type: string]>;

/** Reads of one lane. */
export const lanes = {
  'i32x4.extract_lane': [0xfd1b, 'i'],
  'f32x4.extract_lane': [0xfd1f, 'f'],
  'f64x2.extract_lane': [0xfd21, 'd'],
} as const satisfies Record<string, readonly [code: number, type: string]>;
