// The page for an address that leads nowhere.
import { Problem } from '../lib/api.js';
import { h } from '../lib/index.js';
import { ProblemPage } from './states.js';

export default function NotFound() {
	return h(ProblemPage, { problem: new Problem({ code: 'not_found' }) });
}
