/** What the explorer's first tab holds: how to sign in, then a first question. */
export const welcome = `# Bangbangwo 帮帮我
# Residents order, the community dispatches,
# volunteers accept.
#
# 1. Sign in with the mutation "login". The demo
#    writes its accounts to demo-accounts.json
#    in the data directory.
# 2. Put the access token behind "Bearer " in
#    the Headers tab below. It is not stored,
#    and good for ten minutes: "refresh" with
#    the refresh token answers the next one.
# 3. Ask. Ctrl-Space completes; the book on the
#    left explains every type and field.

query Hello {
  __typename
}
`;
