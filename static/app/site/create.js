// A new medium.
import { asProblem } from '../lib/api.js';
import { h, useEffect, useState } from '../lib/index.js';
import Editor from './editor.js';
import { loadMe, me } from './session.js';
import SignIn from './signin.js';
import { LoadingPage, ProblemPage } from './states.js';

export default function Create() {
	const [problem, setProblem] = useState(/** @type {import('../lib/api.js').Problem|null} */ (null));
	const ask = () => loadMe().then(() => setProblem(null), (err) => setProblem(asProblem(err)));
	useEffect(() => { ask(); }, []);
	if (problem) return h(ProblemPage, { problem, again: ask });
	if (me.value === undefined) return h(LoadingPage, { title: 'New media' });
	if (me.value === null) return h(SignIn, { asked: true });
	return h(Editor, { medium: null });
}
