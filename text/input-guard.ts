// How long a prompt stays deaf, for the page and for us.

/**
 * SECURITY (SECURITY.md, "Prompts"): a prompt may appear under a click or a key press that was meant for something
 * else. Nothing counts until the page was there and focused for this long. The page heeds it for the eye; what counts
 * is that we do.
 */
export const inputGuardMs = 500;
