// Verifies an Open Badge from standard input, {token, issuer, site}; its argument is a folder of npm packages.
// Exits with 1, and says why, where it is not valid, not of the issuer, or revoked.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "resolved-from-here.js"));
const { verifyJWT } = require("did-jwt");
const { Bitstring } = require("@digitalbazaar/bitstring");
const { token, issuer, site } = JSON.parse(readFileSync(0, "utf8"));

const addressOf = (did) => {
  const [host, ...path] = did.slice("did:web:".length).split(":");
  return [`https://${decodeURIComponent(host)}`, ...path, "did.json"].join("/");
};
const resolver = {
  resolve: async (did) => ({
    didResolutionMetadata: {},
    didDocumentMetadata: {},
    didDocument: JSON.parse(site[addressOf(did)]),
  }),
};
const verified = async (jwt) => (await verifyJWT(jwt, { resolver, proofPurpose: "assertionMethod" })).payload;
const must = (holds, what) => {
  if (!holds) throw new Error(what);
};

try {
  const badge = await verified(token);
  must(badge.iss === issuer && badge.issuer.id === issuer, "of another issuer");
  must(badge.jti === badge.id && badge.sub === badge.credentialSubject.id, "claims and credential differ");
  must(badge.type.includes("OpenBadgeCredential"), "not an Open Badge");
  const status = badge.credentialStatus;
  const list = await verified(site[status.statusListCredential]);
  must(list.issuer === issuer && list.id === status.statusListCredential, "the list is of another issuer");
  must(list.credentialSubject.statusPurpose === status.statusPurpose, "the list has another purpose");
  must(Date.parse(list.validUntil) > Date.now(), "the list has ended");
  const buffer = await Bitstring.decodeBits({ encoded: list.credentialSubject.encodedList.slice(1) });
  must(!new Bitstring({ buffer }).get(Number(status.statusListIndex)), "revoked");
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
