/** Rules for scripts, workers and connections, shared by the `app://` scheme and the local server. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  // Radix and React Flow position things through inline styles.
  'style-src': ["'self'", "'unsafe-inline'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** What Vite's hot reload needs on top: React's refresh preamble is an inline script, updates come over a web socket. */
const HOT_RELOAD: Readonly<Record<string, readonly string[]>> = {
  'script-src': ["'unsafe-inline'"],
};

/** The policy; `socket` is the address of Vite's web socket while developing (`ws://127.0.0.1:4517`). */
export function contentSecurityPolicy(socket?: string): string {
  const extra = socket === undefined ? {} : { ...HOT_RELOAD, 'connect-src': [socket] };
  return Object.entries(RULES)
    .map(([rule, sources]) => [rule, ...sources, ...(extra[rule as keyof typeof extra] ?? [])].join(' '))
    .join('; ');
}

/** Headers of every response. The first two isolate the page, which is what makes SharedArrayBuffer available. */
export function securityHeaders(socket?: string): Readonly<Record<string, string>> {
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': contentSecurityPolicy(socket),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}
