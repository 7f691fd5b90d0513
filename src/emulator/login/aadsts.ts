/** What is known of one error of the login host. */
export interface AadstsEntry {
  /** OAuth `error`. */
  readonly error: string;
  /** Status at the token endpoint. Default 400. */
  readonly status?: number;
  /** `{name}` is replaced by what the refusal says. */
  readonly text: string;
  /** What MSAL decides by, beside `error`. */
  readonly suberror?: string;
}

/**
 * The errors of the login host that the emulator gives by itself or on demand, by AADSTS number. Texts are after those
 * of the real service; no client may depend on them.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const AADSTS = {
  16000: {
    error: 'interaction_required',
    text: "User account '{account}' from identity provider '{idp}' does not exist in tenant '{tenant}' and cannot access the application '{app}' in that tenant. Sign out and sign in again with a different account.",
  },
  28000: {
    error: 'invalid_scope',
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
  },
  28002: {
    error: 'invalid_scope',
    text: "Provided value for the input parameter scope '{scope}' is not valid when requesting an access token. Please specify a valid scope.",
  },
  28003: {
    error: 'invalid_scope',
    text: 'Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.',
  },
  50001: {
    error: 'invalid_resource',
    text: 'The application named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant.',
  },
  50011: {
    error: 'invalid_request',
    text: "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{app}'. Make sure the redirect URI sent in the request matches one added to your application.{hint}",
  },
  50012: {
    error: 'invalid_client',
    status: 401,
    text: 'Authentication failed: the client assertion contains an invalid signature.',
  },
  50013: {
    error: 'invalid_client',
    status: 401,
    text: 'Assertion failed signature validation. [Reason - {reason}.]',
  },
  50020: {
    error: 'access_denied',
    text: "User account '{account}' from identity provider '{idp}' does not exist in tenant '{tenant}' and cannot access the application '{app}' in that tenant. The account needs to be added as an external user in the tenant first.",
  },
  50033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error occurred during sign-in. Please try again.',
  },
  50034: {
    error: 'invalid_grant',
    text: 'The user account {account} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
  },
  50049: { error: 'invalid_instance', text: 'Unknown or invalid instance.' },
  50055: {
    error: 'invalid_grant',
    text: 'The password is expired.',
    suberror: 'user_password_expired',
  },
  50057: { error: 'invalid_grant', text: 'The user account is disabled.' },
  50058: {
    error: 'login_required',
    text: 'A silent sign-in request was sent but no user is signed in.',
  },
  50072: {
    error: 'interaction_required',
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access {resource}.',
    suberror: 'basic_action',
  },
  50074: {
    error: 'interaction_required',
    text: 'Strong authentication is required and the user did not pass the challenge.',
    suberror: 'basic_action',
  },
  50076: {
    error: 'interaction_required',
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
    suberror: 'basic_action',
  },
  50078: {
    error: 'interaction_required',
    text: "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '{resource}'.",
    suberror: 'basic_action',
  },
  50079: {
    error: 'interaction_required',
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.",
    suberror: 'basic_action',
  },
  50087: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
  },
  50097: {
    error: 'interaction_required',
    text: 'Device authentication is required.',
    suberror: 'additional_action',
  },
  50105: {
    error: 'access_denied',
    text: "Your administrator has configured the application {appName} ('{app}') to block users unless they are specifically granted ('assigned') access to the application. The signed-in user '{account}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
  },
  50126: {
    error: 'invalid_grant',
    text: 'Error validating credentials due to invalid username or password.',
  },
  50132: {
    error: 'invalid_grant',
    text: 'The session is not valid due to the following reasons: password expiration or recent password change.',
    suberror: 'bad_token',
  },
  50133: {
    error: 'invalid_grant',
    text: 'The session is not valid due to password expiration or recent password change.',
    suberror: 'bad_token',
  },
  50147: { error: 'invalid_request', text: 'Invalid size of the code challenge parameter.' },
  50148: {
    error: 'invalid_grant',
    text: 'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.',
  },
  50158: {
    error: 'interaction_required',
    text: 'External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.',
    suberror: 'additional_action',
  },
  50173: {
    error: 'invalid_grant',
    text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issuedAt}' and the TokensValidFrom date for this user is '{validFrom}'.",
    suberror: 'bad_token',
  },
  50194: {
    error: 'invalid_request',
    text: "Application '{app}'({appName}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  50196: {
    error: 'invalid_request',
    status: 429,
    text: 'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
  },
  53000: {
    error: 'interaction_required',
    text: 'Device is not in required device state: {state}. Conditional Access policy requires a compliant device, and the device is not compliant.',
    suberror: 'message_only',
  },
  53001: {
    error: 'interaction_required',
    text: 'Device is not in required device state: {state}. Conditional Access policy requires a domain joined device, and the device is not domain joined.',
    suberror: 'message_only',
  },
  53003: {
    error: 'access_denied',
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    suberror: 'message_only',
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'invalid_grant',
    text: "The user or administrator has not consented to use the application with ID '{app}' named '{appName}'. Send an interactive authorization request for this user and resource.",
    suberror: 'consent_required',
  },
  65004: {
    error: 'access_denied',
    text: 'User declined to consent to access the app.',
  },
  65005: {
    error: 'invalid_grant',
    text: "The application '{appName}' asked for permissions to access a resource that has been removed or is no longer available.",
  },
  70000: {
    error: 'invalid_grant',
    text: 'Provided grant is invalid or malformed.',
  },
  70001: {
    error: 'unauthorized_client',
    text: "The application named '{app}' was not found in the tenant named '{tenant}'.",
  },
  70002: { error: 'invalid_client', status: 401, text: 'Error validating credentials.' },
  70003: {
    error: 'unsupported_grant_type',
    text: "The app requested an unsupported grant type '{grantType}'.",
  },
  70005: {
    error: 'unsupported_response_type',
    text: "The app requested an unsupported response type '{responseType}'.",
  },
  70007: {
    error: 'invalid_request',
    text: "The provided value '{responseMode}' for the input parameter 'response_mode' is not allowed. Allowed values are '{allowed}'.",
  },
  70008: {
    error: 'invalid_grant',
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70011: {
    error: 'invalid_scope',
    text: "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.{hint}",
  },
  70012: {
    error: 'server_error',
    status: 500,
    text: 'A server error occurred while authenticating an MSA (consumer) user.',
  },
  70016: {
    error: 'authorization_pending',
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  70018: {
    error: 'bad_verification_code',
    text: 'Invalid verification code due to the user typing in the wrong user code for the device code flow. Authorization is not approved.',
  },
  70019: {
    error: 'expired_token',
    text: 'Verification code expired.',
  },
  70020: {
    error: 'expired_token',
    text: 'The provided value for the input parameter device_code is not valid. The device code has expired.',
  },
  70043: {
    error: 'invalid_grant',
    text: 'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issuedAt} and the maximum allowed lifetime for this request is {lifetime}.',
    suberror: 'bad_token',
  },
  80005: { error: 'server_error', status: 500, text: 'Authentication Agent timed out.' },
  81010: {
    error: 'interaction_required',
    text: "Desktop SSO failed because the user's Kerberos ticket has expired or is invalid.",
  },
  90002: {
    error: 'invalid_tenant',
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  90006: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'The service is temporarily unavailable. Please retry later.',
  },
  90009: {
    error: 'invalid_request',
    text: "Application '{app}'({appName}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.",
  },
  90012: { error: 'temporarily_unavailable', status: 503, text: 'The request has timed out.' },
  90013: { error: 'invalid_request', text: 'Invalid input received from the user.' },
  90014: {
    error: 'invalid_request',
    text: "The required field '{parameter}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  },
  90023: {
    error: 'invalid_request',
    text: "Unsupported 'prompt' value: {prompt}.",
  },
  90024: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'The request budget has been exceeded. A transient error has occurred.',
  },
  90033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
  },
  90055: {
    error: 'temporarily_unavailable',
    status: 429,
    text: 'Server is temporarily busy, please retry later.',
  },
  90072: {
    error: 'access_denied',
    text: "User account '{account}' from identity provider '{idp}' does not exist in tenant '{tenant}' and cannot access the application '{app}' in that tenant. The account needs to be added as an external user in the tenant first.",
  },
  90090: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A dependency of the service is not available. Please retry later.',
  },
  90093: {
    error: 'access_denied',
    text: 'Calling principal cannot consent due to lack of permissions.',
  },
  90094: {
    error: 'access_denied',
    text: 'The grant requires administrator permission. {appName} needs permission to access resources in your organization that only an administrator can grant.',
  },
  90095: {
    error: 'access_denied',
    text: 'Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin.',
  },
  90100: { error: 'invalid_request', text: '{parameter} parameter is empty or not valid.' },
  500011: {
    error: 'invalid_resource',
    text: 'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
  },
  500112: {
    error: 'invalid_client',
    text: "The reply address '{redirectUri}' does not match the reply address '{expected}' provided when requesting Authorization code.",
  },
  500113: {
    error: 'invalid_request',
    text: 'No reply address is registered for the application.',
  },
  500121: {
    error: 'access_denied',
    text: 'Authentication failed during strong authentication request.',
  },
  500341: {
    error: 'invalid_grant',
    text: 'The user account {account} has been deleted from the {tenant} directory. To sign into this application, the account must be added to the directory.',
  },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  501491: {
    error: 'invalid_grant',
    text: 'Invalid size of Code_Verifier parameter.',
  },
  530032: {
    error: 'access_denied',
    text: 'Blocked by security policy. The tenant admin has configured a security policy that blocks this request.',
    suberror: 'message_only',
  },
  650053: {
    error: 'invalid_client',
    text: "The application '{appName}' asked for scope '{scope}' that doesn't exist on the resource '{resourceId}'. Contact the app vendor.",
  },
  650057: {
    error: 'invalid_resource',
    text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {app}({appName}). Resource value from request: {resource}.",
  },
  700003: { error: 'invalid_grant', text: 'Your organization deleted this device.' },
  700005: {
    error: 'invalid_grant',
    text: "The provided Authorization Code is intended to be used against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for ('{issued}' or '{tenant}').",
  },
  700016: {
    error: 'unauthorized_client',
    text: "Application with identifier '{app}' was not found in the directory '{tenantName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  700020: {
    error: 'interaction_required',
    text: 'The access grant requires interaction.',
    suberror: 'basic_action',
  },
  700021: {
    error: 'invalid_client',
    status: 401,
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700022: {
    error: 'invalid_request',
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
  },
  700023: {
    error: 'invalid_client',
    status: 401,
    text: "Client assertion audience claim does not match Realm issuer. Expected '{expected}', found '{audience}'.",
  },
  700024: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {until}.',
  },
  700025: {
    error: 'invalid_client',
    status: 401,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}'.]",
  },
  700030: {
    error: 'invalid_client',
    status: 401,
    text: 'Invalid certificate: subject name or expiry does not allow its use for application {app}.',
  },
  700051: {
    error: 'unsupported_response_type',
    text: "response_type 'token' is not enabled for the application '{app}'({appName}).",
  },
  700054: {
    error: 'unsupported_response_type',
    text: "response_type 'id_token' is not enabled for the application '{app}'({appName}).",
  },
  700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity. The token was issued on {issuedAt} and was inactive for {lifetime}.',
    suberror: 'bad_token',
  },
  700084: {
    error: 'invalid_grant',
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of {lifetime}, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issuedAt}.',
    suberror: 'bad_token',
  },
  700211: {
    error: 'invalid_client',
    status: 401,
    text: "No matching federated identity record found for presented assertion issuer '{issuer}'.",
  },
  700212: {
    error: 'invalid_client',
    status: 401,
    text: "No matching federated identity record found for presented assertion audience '{audience}'.",
  },
  700213: {
    error: 'invalid_client',
    status: 401,
    text: "No matching federated identity record found for presented assertion subject '{subject}'.",
  },
  700229: {
    error: 'invalid_client',
    status: 401,
    text: 'Only tokens with a federated identity of an application, not tokens of a user, can be used as client assertion.',
  },
  900144: {
    error: 'invalid_request',
    text: "The request body must contain the following parameter: '{parameter}'.",
  },
  900561: {
    error: 'invalid_request',
    text: 'The endpoint only accepts POST requests. Received a {method} request.',
  },
  900971: { error: 'invalid_request', text: 'No reply address provided.' },
  901002: {
    error: 'invalid_request',
    text: "The 'resource' request parameter is not supported.",
  },
  1002016: {
    error: 'invalid_request',
    text: 'You are using TLS version 1.0, 1.1 and/or 3DES cipher which are deprecated.',
  },
  1002012: {
    error: 'invalid_scope',
    text: 'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  7000014: {
    error: 'invalid_request',
    text: "The provided value for the input parameter 'device_code' is not valid.",
  },
  7000112: {
    error: 'unauthorized_client',
    text: "Application '{app}'({appName}) is disabled.",
  },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.",
  },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: {
    error: 'invalid_client',
    status: 401,
    text: "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app.",
  },
  9000411: {
    error: 'invalid_request',
    text: "The request is not properly formatted. The parameter '{parameter}' is duplicated.",
  },
  9002313: { error: 'invalid_grant', text: 'Invalid request. Request is malformed or invalid.' },
  9002325: {
    error: 'invalid_request',
    text: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  },
  9002326: {
    error: 'invalid_request',
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'.",
  },
  9002327: {
    error: 'invalid_request',
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
} as const;

/** Number of an error that the emulator knows. */
export type AadstsNumber = keyof typeof AADSTS;

/** The row of a number; numbers that are not in the table read as a server error, so that any can be asked for. */
export function aadstsEntry(number: number): AadstsEntry {
  const table: { readonly [number: number]: AadstsEntry } = AADSTS;
  return table[number] ?? { error: 'server_error', text: 'An error on demand.' };
}
