/** What one page may do besides what all may. */
export interface PageAllowances {
  /** Origins whose pages may hold this one in a frame; none, but for the tenant's front channel. */
  readonly framedBy?: readonly string[];
  /** Origins that a form of this page may lead to; none, but for the tenant's own sign-out. */
  readonly formsTo?: readonly string[];
}

/**
 * What pages may do: load our stylesheet and icon, send forms to us. No script, no frame, nothing from elsewhere. Browsers
 * hold redirects of a form to `form-action`, too.
 */
export function contentSecurityPolicy({
  framedBy = [],
  formsTo = [],
}: PageAllowances = {}): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action ${["'self'", ...formsTo].join(' ')}`,
    "base-uri 'none'",
    `frame-ancestors ${framedBy.length === 0 ? "'none'" : framedBy.join(' ')}`,
  ].join('; ');
}
