/**
 * Where Vite serves while developing, if it does. A packaged app never loads anything but itself, and an unpackaged one
 * nothing from another machine, whatever the environment says.
 */
export function developmentUrl(named: string | undefined, packaged: boolean): string | undefined {
  if (packaged || named === undefined) return undefined;
  return /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(named) ? named : undefined;
}
