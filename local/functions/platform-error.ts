import type { ServerResponse } from 'node:http';

/** What the platform itself answers, by Vercel's list of error codes. */
const PLATFORM_ERRORS = {
  BAD_REQUEST: { status: 400, message: 'Bad request' },
  NOT_FOUND: { status: 404, message: 'The page could not be found' },
  INVALID_REQUEST_METHOD: { status: 405, message: 'The request used a method that is not allowed' },
  FUNCTION_PAYLOAD_TOO_LARGE: { status: 413, message: 'Request Entity Too Large' },
  FUNCTION_INVOCATION_FAILED: { status: 500, message: 'A server error has occurred' },
  FUNCTION_INVOCATION_TIMEOUT: { status: 504, message: 'An error occurred with your deployment' },
} as const;

export type PlatformErrorCode = keyof typeof PLATFORM_ERRORS;

/** Answers as Vercel does when no function could: plain text, with the code in `x-vercel-error`. */
export function sendPlatformError(
  response: ServerResponse,
  code: PlatformErrorCode,
  requestId: string,
): void {
  const { status, message } = PLATFORM_ERRORS[code];
  // Whatever a function has set by now describes a body that will not come.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=0, must-revalidate',
      'x-vercel-error': code,
    })
    .end(`${message}\n\n${code}\n\n${requestId}\n`);
}
