/** What the platform itself answers, from Vercel's list of error codes; the last is ours. */
const PLATFORM_ERRORS = {
  BAD_REQUEST: { status: 400, message: 'Bad request' },
  NOT_FOUND: { status: 404, message: 'The page could not be found' },
  INVALID_REQUEST_METHOD: { status: 405, message: 'The request used a method that is not allowed' },
  FUNCTION_PAYLOAD_TOO_LARGE: { status: 413, message: 'Request Entity Too Large' },
  MISDIRECTED_REQUEST: { status: 421, message: 'Only the hosts 127.0.0.1 and localhost are served' },
} as const;

/** An answer as Vercel gives it where no function does: plain text, with the code in `x-vercel-error`. */
export function platformError(code: keyof typeof PLATFORM_ERRORS, requestId: string): Response {
  const { status, message } = PLATFORM_ERRORS[code];
  return new Response(`${message}\n\n${code}\n\n${requestId}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=0, must-revalidate',
      'x-vercel-error': code,
    },
  });
}
