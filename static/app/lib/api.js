// Asks the server over HTTP. Whatever goes wrong arrives as a Problem.

/** What went wrong, by RFC 9457. `code` is stable; `message` is for people. */
export class Problem extends Error {
	/**
	 * @param {{code: string, status?: number, title?: string, detail?: string, field?: string, retry_after?: number, [extra: string]: any}} body
	 */
	constructor(body) {
		super(body.detail || body.title || 'Something went wrong. Please try again.');
		this.name = 'Problem';
		this.code = body.code;
		this.status = body.status ?? 0;
		this.title = body.title ?? '';
		this.detail = body.detail ?? this.message;
		this.field = body.field;
		/** Seconds. */
		this.retryAfter = body.retry_after;
		/** Everything the server said. */
		this.body = body;
	}
}

export const base = '/api/v1';

/**
 * Sends a request and returns the answer's JSON, or null where it has none.
 * It throws a Problem and nothing else; without an answer its code is
 * "offline".
 * @param {'GET'|'POST'|'PUT'|'PATCH'|'DELETE'} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function api(method, path, body, signal) {
	/** @type {Response} */
	let response;
	const lost = () => new Problem({ code: signal?.aborted ? 'aborted' : 'offline', title: 'No connection', detail: 'The server can’t be reached. Check your connection and try again.' });
	try {
		response = await fetch(base + path, {
			method, signal, credentials: 'same-origin', cache: 'no-store',
			headers: body === undefined ? { Accept: 'application/json' } : { Accept: 'application/json', 'Content-Type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	} catch {
		throw lost();
	}
	if (response.status === 204) return null;
	const json = await response.json().catch(() => {
		if (response.ok) throw lost(); // given up, or cut off, in the middle of the answer
		return null;
	});
	if (response.ok) return json;
	const retry = Number(response.headers.get('Retry-After'));
	throw new Problem({
		code: 'internal', ...(retry > 0 ? { retry_after: retry } : {}),
		...(json && typeof json === 'object' ? json : { detail: 'Something went wrong on our side. Please try again.' }),
		status: response.status,
	});
}

/** @param {string} path @param {AbortSignal} [signal] */
export const get = (path, signal) => api('GET', path, undefined, signal);
/** @param {string} path @param {unknown} [body] */
export const post = (path, body = {}) => api('POST', path, body);
/** @param {string} path @param {unknown} body */
export const put = (path, body) => api('PUT', path, body);
/** @param {string} path @param {unknown} body */
export const patch = (path, body) => api('PATCH', path, body);
/** @param {string} path */
export const del = (path) => api('DELETE', path);

/** @param {unknown} err @returns {Problem} */
export function asProblem(err) {
	if (err instanceof Problem) return err;
	console.error(err);
	return new Problem({ code: 'internal', detail: 'Something went wrong on this page. Please reload it.' });
}
