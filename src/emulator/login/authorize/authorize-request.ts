import type { Application, RedirectUri } from '../../tenant/application.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { ScopeRequest } from '../scopes.ts';
import type { ClaimsRequest } from './claims-parameter.ts';

export type ResponseType = 'code' | 'id_token' | 'token';
export type ResponseMode = 'query' | 'fragment' | 'form_post';
export type Prompt = 'login' | 'none' | 'consent' | 'select_account' | 'create';

/** Where an answer goes, once the redirect URI is trusted. */
export interface ReturnAddress {
  readonly redirectUri: RedirectUri;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** An authorization request whose every parameter was checked. */
export interface AuthorizeRequest extends ReturnAddress {
  readonly tenant: Tenant;
  readonly app: Application;
  readonly responseTypes: ReadonlySet<ResponseType>;
  readonly scopes: ScopeRequest;
  readonly nonce: string | undefined;
  readonly prompt: Prompt | undefined;
  readonly loginHint: string | undefined;
  readonly domainHint: string | undefined;
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | null;
  /** Unit: seconds. */
  readonly maxAge: number | undefined;
  readonly claims: ClaimsRequest;
  readonly clientInfo: boolean;
}
