import { EDITOR_ORIGIN, ENGINE_ORIGIN } from './paths.ts';

/** A page may only reload itself: everything else, also of the app's own scheme, is refused. */
export function mayNavigate(from: string, to: string): boolean {
  const origin = appOrigin(to);
  return origin !== undefined && origin === appOrigin(from);
}

/** The app's origin that an address belongs to. `new URL().origin` is "null" for schemes it does not know. */
export function appOrigin(address: string): typeof EDITOR_ORIGIN | typeof ENGINE_ORIGIN | undefined {
  for (const origin of [EDITOR_ORIGIN, ENGINE_ORIGIN] as const) {
    if (address === origin || address.startsWith(`${origin}/`)) return origin;
  }
  return undefined;
}

/** Sites that a link in the app may open in the user's browser. */
const EXTERNAL_HOSTS: ReadonlySet<string> = new Set(['github.com', 'pytorch.org', 'docs.pytorch.org']);

/** Only plain https to the sites we link to; no user names, no odd ports. */
export function mayOpenExternal(address: unknown): address is string {
  if (typeof address !== 'string' || address.length > 2048 || !URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    url.port === '' &&
    EXTERNAL_HOSTS.has(url.hostname)
  );
}

/** A network editor needs no camera, no location and no device; copying a picture is all it asks for. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'clipboard-read']);

export function mayHavePermission(permission: string, requester: string): boolean {
  return PERMISSIONS.has(permission) && appOrigin(requester) === EDITOR_ORIGIN;
}
