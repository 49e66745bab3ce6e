import { asProblem } from '../lib/api.js';
import { toast } from '../lib/ui/toast.js';

/**
 * Waits for a command and says so if it fails. Resolves to the reply, or null.
 * @template T @param {Promise<T>} doing @returns {Promise<T|null>}
 */
export async function attempt(doing) {
	try {
		return await doing;
	} catch (err) {
		const problem = asProblem(err);
		if (problem.code === 'left') return null;
		const text = problem.code === 'conflict' ? 'The newest state is shown.' : problem.detail;
		toast({ id: `problem-${problem.code}`, icon: 'warn', tone: 'error', title: problem.code === 'conflict' ? 'Somebody else was faster' : 'That was not done', text });
		return null;
	}
}
