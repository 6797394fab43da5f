/** Of a test's variants that differ in looks alone, those that `npm test` takes: the soak takes all. */
export const variants = <T>(all: readonly T[], isUsual: (one: T) => boolean): readonly T[] =>
  process.env.GRADLOOM_SOAK === undefined ? all.filter(isUsual) : all;

/** In which themes a test is gone through that takes pictures to look at. */
export const themes = variants(['light', 'dark'] as const, (theme) => theme === 'light');
