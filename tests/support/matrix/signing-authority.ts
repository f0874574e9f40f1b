/** How a person of matrix-js-sdk may publish an identity. */
import type { UIAuthCallback } from "matrix-js-sdk";
import { z } from "zod";
import type { Account } from "./accounts.ts";

/** Says the password where the server wants it again. A first identity needs none; another one does. */
export function signingAuthority(account: Account): UIAuthCallback<void> {
  return async (makeRequest) => {
    try {
      return await makeRequest(null);
    } catch (error) {
      const session = z.object({ data: z.object({ session: z.string() }) }).safeParse(error);
      if (!session.success) throw error;
      const identifier = { type: "m.id.user", user: account.userId };
      return makeRequest({ type: "m.login.password", identifier, password: account.password, session: session.data.data.session });
    }
  };
}
