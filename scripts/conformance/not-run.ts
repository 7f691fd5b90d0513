/** Modules of the same plans that Entra gives no occasion for, each with the reason. */
export const NOT_RUN: readonly (readonly [modules: string, reason: string])[] = [
  ['hybrid: code token; code id_token token', 'Entra offers neither response type.'],
  ['client-secret-basic', 'Entrada proves itself by client_secret_post or an assertion.'],
  ['userinfo-bearer-header, userinfo-bearer-body', 'Entrada asks Graph instead of UserInfo.'],
  ['aggregated-claims', 'Entra has none.'],
  ['mtls-endpoint-aliases', 'Entra has none.'],
  [
    'webfinger, registration, request_uri, signed UserInfo, session management, back-channel logout, 3rd-party-init-login',
    'Entra has none of them.',
  ],
];
